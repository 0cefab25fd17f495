"""A signal: one reason for or against a page, in the words that a reviewer reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Family(StrEnum):
    """Where evidence comes from. One family alone never carries a page past «suspicious»."""

    WORDING = "wording"
    IDENTITY = "identity"
    MONEY = "money"
    FORM = "form"
    COMMERCE = "commerce"
    IMPERSONATION = "impersonation"
    TECHNIQUE = "technique"
    NAME = "name"
    INNOCENT = "innocent"
    LEARNED = "learned"  # a model trained on labelled pages: adds a little, supports nobody


FAMILY_NAMES: Final[Mapping[Family, tuple[str, str]]] = {
    Family.WORDING: ("Lời lẽ", "Wording"),
    Family.IDENTITY: ("Danh tính", "Identity"),
    Family.MONEY: ("Tiền", "Money"),
    Family.FORM: ("Biểu mẫu", "Form"),
    Family.COMMERCE: ("Bán hàng", "Commerce"),
    Family.IMPERSONATION: ("Mạo danh", "Impersonation"),
    Family.TECHNIQUE: ("Kỹ thuật", "Technique"),
    Family.NAME: ("Tên miền", "Name"),
    Family.INNOCENT: ("Dấu hiệu ngay thẳng", "Innocent side"),
    Family.LEARNED: ("Mô hình học máy", "Learned model"),
}


class Category(StrEnum):
    """The kind of fraud that a signal points to."""

    FAKE_SHOP = "fake_shop"
    INVESTMENT = "investment"
    PHISHING = "phishing"  # bank, wallet, card, mail and social sign-in
    GOVERNMENT = "government"
    JOB_TASK = "job_task"
    LOAN = "loan"
    PRIZE = "prize"  # prizes and game gifts
    RECOVERY = "recovery"  # money back for those who were robbed
    TRAVEL = "travel"  # trips and tickets
    GAMBLING = "gambling"
    FAKE_APP = "fake_app"  # an app from outside the stores
    IMPERSONATION = "impersonation"  # a brand, named in the signal
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Signal:
    """``points`` are log-odds: positive against the page, negative in its favour. ``excerpt`` shows original words."""

    rule: str  # stable id, e.g. "money.personal-account"
    family: Family
    points: float
    message_vi: str
    message_en: str
    categories: tuple[Category, ...] = ()
    excerpt: str = ""
    page_url: str = ""
    vantage: str = ""

    def message(self, language: str = "vi") -> str:
        """The reason in ``vi`` (default) or ``en``."""
        return self.message_en if language == "en" else self.message_vi
