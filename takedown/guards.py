"""What must hold before anybody is asked to act: pure rules that refuse, narrow, delay or warn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from takedown.errors import NeedsCaptureError, Reason, RefusedError
from takedown.words import STATES

FRESH = timedelta(hours=72)  # an older capture proves nothing of today
BLAST = 2  # known sites on one address from which the neighbours are shown


class Effect(StrEnum):
    """REFUSE: no notice at all. WAIT: a new capture first. NARROW: only to those who can clean or remove the page.
    WARN: shown to who approves."""

    REFUSE = "refuse"
    WAIT = "wait"
    NARROW = "narrow"
    WARN = "warn"


_STOPS = frozenset({Effect.REFUSE, Effect.WAIT})


@dataclass(frozen=True, slots=True)
class Protection:
    """Why a host of the case is one never to report. ``kind``: of seeds/protected.csv, or «brand»."""

    host: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What the rules look at; ``seen_at``: the newest sealed capture that shows the page, of any site of the case."""

    state: str
    now: datetime
    protected: tuple[Protection, ...] = ()
    clean_only: bool = False
    seen_at: datetime | None = None
    sealed: bool = False
    neighbours: tuple[str, ...] = ()  # other known sites on the same address
    shared_platform: str = ""  # whose customer the host is, where the domain is not the fraudster's
    tax_codes: tuple[str, ...] = ()  # valid ones that the pages name
    badge: bool = False  # a registration badge that links to a record


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word, in Vietnamese and English, with what to do about it."""

    rule: str
    effect: Effect
    message_vi: str
    message_en: str

    def message(self, language: str = "vi") -> str:
        """The words in ``vi`` (default) or ``en``."""
        return self.message_en if language == "en" else self.message_vi


def check_guards(facts: GuardFacts) -> tuple[Finding, ...]:
    """Every rule that has something to say, the hardest first."""
    order = list(Effect)
    return tuple(sorted(_findings(facts), key=lambda finding: order.index(finding.effect)))


def may_request(findings: tuple[Finding, ...]) -> bool:
    """Whether a notice may be made at all."""
    return not any(finding.effect in _STOPS for finding in findings)


def require_request(findings: tuple[Finding, ...]) -> None:
    """Raises RefusedError with the words of what says no; NeedsCaptureError where only a new capture is missing."""
    stops = [entry for entry in findings if entry.effect in _STOPS]
    if not stops:
        return
    en, vi = ("\n".join(entry.message(language) for entry in stops) for language in ("en", "vi"))
    reasons = tuple(Reason(entry.rule, entry.message_vi, entry.message_en) for entry in stops)
    waits = all(entry.effect is Effect.WAIT for entry in stops)
    raise NeedsCaptureError(en, vi, reasons) if waits else RefusedError(en, vi, reasons)


def _findings(facts: GuardFacts) -> Iterator[Finding]:
    yield from _verdict(facts)
    yield from _protected(facts)
    yield from _evidence(facts)
    if facts.clean_only:
        yield Finding(
            "hacked-site",
            Effect.NARROW,
            "Trang của người ngay bị xâm nhập: chỉ đề nghị chủ trang và nơi lưu trữ làm sạch, không dừng tên miền.",
            "An honest site that was broken into: owner and host are asked to clean it; no domain suspension.",
        )
    if facts.shared_platform:
        yield Finding(
            "shared-platform",
            Effect.NARROW,
            f"Trang nằm trên nền tảng chung {facts.shared_platform}: chỉ yêu cầu nền tảng, giữ tên miền chung.",
            f"The site sits on {facts.shared_platform}: the platform is asked, its domain is left alone.",
        )
    if len(facts.neighbours) >= BLAST:
        names = ", ".join(facts.neighbours[:5])
        yield Finding(
            "blast-radius",
            Effect.WARN,
            f"Cùng địa chỉ có {len(facts.neighbours)} trang khác đã biết ({names}): không đề nghị chặn theo IP.",
            f"{len(facts.neighbours)} other known sites share the address ({names}): never ask to block it.",
        )
    yield from _business(facts)


def _verdict(facts: GuardFacts) -> Iterator[Finding]:
    if facts.state in {"new", "in_review", "false_positive", "duplicate", "police_first", "closed", "down"}:
        vietnamese, english = STATES[facts.state]
        yield Finding(
            "not-confirmed",
            Effect.REFUSE,
            f"Vụ đang ở trạng thái «{vietnamese}»: chỉ vụ đã được người xét duyệt xác nhận mới được yêu cầu gỡ.",
            f"The case is «{english}»: only a case that a person confirmed may lead to a notice.",
        )


def _protected(facts: GuardFacts) -> Iterator[Finding]:
    for entry in facts.protected:
        if entry.kind in {"platform", "platform_root"}:
            yield Finding(
                "platform-root",
                Effect.REFUSE,
                f"{entry.host} là cả nền tảng dùng chung ({entry.reason}): nêu đúng trang vi phạm thay vì nền tảng.",
                f"{entry.host} is a whole shared platform ({entry.reason}): name the page, not the platform.",
            )
        else:
            yield Finding(
                "protected",
                Effect.REFUSE,
                f"{entry.host} được bảo vệ ({entry.reason}): không yêu cầu gỡ; nếu bị xâm nhập, gọi thẳng đơn vị đó.",
                f"{entry.host} is protected ({entry.reason}): no notice; if it was broken into, call its owner.",
            )


def _evidence(facts: GuardFacts) -> Iterator[Finding]:
    if facts.seen_at is None or not facts.sealed:
        yield Finding(
            "no-evidence",
            Effect.WAIT,
            "Chưa có chứng cứ niêm phong cho thấy trang: phải chụp lại trước khi yêu cầu.",
            "No sealed evidence shows the page: a new capture is needed first.",
        )
    elif facts.now - facts.seen_at > FRESH:
        hours = int((facts.now - facts.seen_at).total_seconds() // 3600)
        yield Finding(
            "stale-evidence",
            Effect.WAIT,
            f"Lần cuối thấy trang cách đây {hours} giờ: phải chụp lại trước khi yêu cầu.",
            f"The page was last seen {hours} hours ago: a new capture is needed first.",
        )


def _business(facts: GuardFacts) -> Iterator[Finding]:
    if facts.tax_codes or facts.badge:
        named = ", ".join(facts.tax_codes) or "-"
        badge_vi, badge_en = ("có", "yes") if facts.badge else ("không", "no")
        yield Finding(
            "registered-business",
            Effect.WARN,
            f"Trang nêu mã số thuế hợp lệ {named}, huy hiệu thông báo: {badge_vi}. Tra cứu trước khi duyệt.",
            f"The site names the valid tax code {named}, registration badge: {badge_en}. Look it up before approving.",
        )
