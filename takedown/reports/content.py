"""What a notice says, before anybody decided how it looks: the same facts for letter, mail, XARF, annex and form."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from takedown.reports.letter import Picture

VIETNAM = timezone(timedelta(hours=7))  # no daylight saving; the zone that letters are read in


@dataclass(frozen=True, slots=True)
class UrlEvidence:
    """One address with what proves it. ``steps``: how to see it again, in Vietnamese and in English."""

    url: str
    host: str
    code: str
    seen_at: datetime
    vantage: str
    status: int
    manifest_digest: str
    observation_id: int
    title: str = ""
    user_agent: str = ""
    referrer: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding with the words of the page that gave it."""

    vi: str
    en: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """Everything that a notice to one recipient says. ``hours``: within which it binds, or None."""

    case_id: int
    token: str
    act: str
    role: str
    recipient: str
    superior: str
    agency: str
    agency_called: str
    agency_en: str
    symbol: str
    place: str
    signer: tuple[str, ...]
    filing: str
    contact: str
    category_vi: str
    category_en: str
    legal: tuple[str, ...]
    urls: tuple[UrlEvidence, ...]
    reasons: tuple[Reason, ...]
    written_at: datetime
    why_vi: str = ""
    why_en: str = ""
    hours: int | None = None
    urgent: bool = False
    foreign: bool = False
    accounts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    required: tuple[str, ...] = ()  # what the recipient wants a report to hold
    kind: str = "first"
    round: int = 0
    history: tuple[str, ...] = ()  # earlier notices, for reminders and escalations
    pictures: tuple[Picture, ...] = ()


def shown_instant(at: datetime) -> str:
    """``24/11/2026 10:00:00 +07:00``."""
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S +07:00")


def iso_instant(at: datetime) -> str:
    """``2026-11-24T10:00:00+07:00``."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def steps_vi(entry: UrlEvidence) -> str:
    """How to see the page again."""
    device = "điện thoại Android" if "Mobile" in entry.user_agent or entry.vantage == "phone" else "máy tính"
    source = f", đi từ liên kết {entry.referrer}" if entry.referrer else ""
    return f"Mở bằng {device}, ngôn ngữ {entry.locale or 'vi-VN'}{source}; mã trả về {entry.status}."


def steps_en(entry: UrlEvidence) -> str:
    """The same in English."""
    device = "an Android phone" if "Mobile" in entry.user_agent or entry.vantage == "phone" else "a desktop"
    source = f", following a link from {entry.referrer}" if entry.referrer else ""
    return f"Open with {device}, language {entry.locale or 'vi-VN'}{source}; HTTP {entry.status}."
