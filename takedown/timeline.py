"""A case's history in words: events, or events and sealed looks in one line of time, the newest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from takedown.views import EventView, EvidenceView
from takedown.words import word

TOGETHER = timedelta(minutes=10)  # looks that belong to one round
MAX_LOOKS = 200
_KEYS = {
    "reason": ("lý do", "reason"),
    "level": ("mức", "level"),
    "points": ("điểm", "points"),
    "level_before": ("mức trước", "level before"),
    "points_before": ("điểm trước", "points before"),
    "new_rules": ("dấu hiệu mới", "new signs"),
    "gone_rules": ("dấu hiệu đã mất", "signs gone"),
    "earlier_cases": ("vụ cũ của trang", "earlier cases"),
    "notice": ("thông báo", "notice"),
    "recipient": ("nơi nhận", "recipient"),
    "proof": ("chứng minh", "proof"),
    "prepared_by": ("người soạn", "prepared by"),
    "law_vouched_for": ("căn cứ người duyệt tự chịu trách nhiệm", "law that the approver vouches for"),
    "acted": ("bên xử lý", "who acted"),
    "verdict": ("kết luận", "verdict"),
    "host": ("trang", "site"),
    "other": ("vụ", "case"),
    "shared": ("điểm chung", "in common"),
    "before": ("trước", "before"),
    "after": ("sau", "after"),
    "appeal": ("khiếu nại", "objection"),
    "withdrawal": ("lệnh rút lại", "withdrawal"),
    "reply": ("thư trả lời", "reply"),
    "number": ("ý kiến thứ", "opinion number"),
    "first": ("người thứ nhất", "first"),
    "second": ("người thứ hai", "second"),
    "handling": ("cách xử lý", "handling"),
    "protected": ("được bảo vệ", "protected"),
    "from_case": ("từ vụ", "from case"),
    "split_from": ("tách từ vụ", "split from"),
}
# of one kind the same key means something else
_SPECIAL = {("merged", "from"): ("gộp từ vụ", "took in case"), ("reply", "from"): ("người gửi", "sender")}
_TABLES = {"level": "level", "level_before": "level", "verdict": "verdict", "first": "state", "second": "state"}
_MACHINERY = frozenset({"assessment", "rule_set", "files", "act", "state", "kind", "domain"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry. ``kind``: for its look; ``words``: what happened beyond its title."""

    at: datetime
    kind: str
    title: str
    actor: str
    words: str


def time_line(events: Sequence[EventView], looks: Sequence[EvidenceView], language: str) -> tuple[Moment, ...]:
    """Everything of the case, the newest first."""
    moments = [*(told(event, language) for event in events), *_rounds(looks[:MAX_LOOKS], language)]
    return tuple(sorted(moments, key=lambda moment: moment.at, reverse=True))


def told(event: EventView, language: str) -> Moment:
    """One line of the history."""
    detail = dict(event.detail)
    pieces = []
    if event.kind == "transition" and {"from", "to"} <= set(detail):
        before, after = (word("state", detail.pop(key), language) for key in ("from", "to"))
        pieces.append(f"{before} → {after}")
    pieces += _pieces(event.kind, detail, language)
    return Moment(event.at, event.kind, word("event", event.kind, language), event.actor, "; ".join(pieces))


def _pieces(kind: str, detail: dict[str, str], language: str) -> Iterator[str]:
    for key, value in detail.items():
        if key in _MACHINERY:
            continue
        name = _SPECIAL.get((kind, key)) or _KEYS.get(key)
        shown = word(_TABLES[key], value, language) if key in _TABLES else value
        if key == "reason":
            yield shown
        else:
            yield f"{name[language == 'en'] if name else key}: {shown}"


def _rounds(looks: Iterable[EvidenceView], language: str) -> Iterator[Moment]:
    """One entry a round of looks; ``looks``: the newest first."""
    current: list[EvidenceView] = []
    for look in looks:
        if current and current[0].observed_at - look.observed_at > TOGETHER:
            yield _round(current, language)
            current = []
        current.append(look)
    if current:
        yield _round(current, language)


def _round(looks: list[EvidenceView], language: str) -> Moment:
    def named(look: EvidenceView) -> str:
        return word("vantage", look.vantage, language)

    counted = [(name, len(list(group))) for name, group in groupby(sorted(map(named, looks)))]
    sealed = sum(1 for look in looks if look.manifest_digest)
    outcomes = ", ".join(sorted({word("outcome", look.outcome, language) for look in looks}))
    seal = f"{sealed} niêm phong" if language == "vi" else f"{sealed} sealed"
    words = f"{', '.join(f'{name} ×{number}' for name, number in counted)}; {outcomes}; {seal}"
    title = "Lượt xem" if language == "vi" else "Looked at"
    return Moment(looks[0].observed_at, "look", title, "", words)
