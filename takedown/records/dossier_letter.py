"""The dossier as a letter: a summary, one annex a domain up to a bound, what is unknown said in words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.models import RecordAsk
from takedown.offices import Agency
from takedown.records.answers import Answer, AnswerState
from takedown.records.gate import Asked
from takedown.records.held import LABELS, Held
from takedown.records.letters import document_of
from takedown.reports.check_code import check_code, printable_url
from takedown.reports.content import shown_instant
from takedown.reports.letter import Annex, Letter

MAX_ANNEXES = 300  # beyond it the CSV and JSON hold the facts, the summary names every item
MAX_URLS = 20
_OWNERS = frozenset({"chủ thể", "owner", "chủ thuê bao", "họ tên", "subscriber", "registrant"})
_CONFIDENCE = {"high": "", "medium": " (độ tin cậy vừa)", "low": " (do chủ thể tự khai)"}
_STATES = {
    AnswerState.FOUND: "đã trả lời",
    AnswerState.NOTHING_HELD: "trả lời là không có dữ liệu",
    AnswerState.REFUSED: "từ chối cung cấp",
}
_ASKS = {"draft": "chưa gửi", "sent": "chưa trả lời", "answered": "đã trả lời", "cancelled": "không gửi"}


@dataclass(frozen=True, slots=True)
class Part:
    """One item with all that is known of it, and whom we asked."""

    held: Held
    answers: tuple[Answer, ...]
    asks: tuple[RecordAsk, ...]


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What the letter is made of."""

    asked: Asked
    request_id: int
    parts: tuple[Part, ...]
    agency: Agency
    signer: tuple[str, ...]
    now: datetime


def compose_dossier(facts: DossierFacts) -> Letter:
    """The letter. Number, day and signature stay blank for the clerk."""
    agency, asked = facts.agency, facts.asked
    annexed = facts.parts[:MAX_ANNEXES]
    return Letter(
        superior=agency.superior,
        agency=agency.name,
        symbol=agency.symbol + (f"-{agency.filing}" if agency.filing else ""),
        place=agency.place,
        year=facts.now.year,
        subject=f"cung cấp thông tin chủ thể {len(facts.parts):02d} tên miền, địa chỉ, số điện thoại",
        to=(f"{asked.unit}, {asked.agency}" if asked.unit else asked.agency,),
        legal=(),
        paragraphs=tuple(_paragraphs(facts, len(annexed))),
        signer=facts.signer,
        copies=("Như trên",),
        filing=agency.filing,
        urgency="HỎA TỐC" if asked.urgency.hours is not None else "",
        annexes=(_summary(facts.parts), *(_annex(part) for part in annexed)),
        reference=f"lachan, yêu cầu {facts.request_id}, vụ {asked.case_number}"[:120],
    )


def _paragraphs(facts: DossierFacts, annexed: int) -> Iterator[str]:
    agency, total = facts.agency.called, len(facts.parts)
    answered = sum(bool(part.answers) for part in facts.parts)
    silent = sum(any(ask.state == "sent" for ask in part.asks) for part in facts.parts)
    nothing = sum(not part.answers and not part.held.facts for part in facts.parts)
    answers = document_of(facts.asked)
    yield f"Trả lời {answers}, {agency} cung cấp thông tin hiện có về {total:02d} mục nêu ở Phụ lục\u00a0I."
    counted = (
        (answered, "mục đã có trả lời của đơn vị quản lý dữ liệu"),
        (silent, "mục còn đơn vị chưa trả lời"),
        (nothing, "mục hệ thống không có thông tin nào"),
    )
    told = [f"{count:02d} {words}" for count, words in counted if count]  # «00 mục» is no way to write none
    yield f"Trong đó {', '.join(told)}." if told else "Chưa mục nào có trả lời của đơn vị quản lý dữ liệu."
    if annexed < total:
        yield f"Chi tiết của {annexed} mục đầu ở các phụ lục; của tất cả các mục ở tệp CSV và JSON kèm theo."
    else:
        yield "Chi tiết từng mục ở các phụ lục tiếp theo và ở tệp CSV, JSON kèm theo."
    yield (
        "Mỗi thông tin có nguồn và thời điểm thu được; các nguồn khác nhau được ghi riêng, không gộp. Mục ghi «chưa "
        "biết» là chưa có nguồn nào trả lời, không phải là không có."
    )
    yield "Hồ sơ có dữ liệu cá nhân: chỉ dùng cho mục đích nêu trong văn bản yêu cầu."


def _summary(parts: tuple[Part, ...]) -> Annex:
    rows = tuple(
        (
            str(place),
            part.held.item.subject.value,
            check_code(part.held.item.subject.value),
            _newest(part, "registrar") or "chưa biết",
            _owner(part) or "chưa biết",
        )
        for place, part in enumerate(parts, start=1)
    )
    return Annex(
        title="Danh mục và kết quả",
        intro=("Mã kiểm tra đổi khi chép sai một ký tự; chủ thể ghi theo nguồn, xem phụ lục của từng mục.",),
        columns=("TT", "Tên miền, địa chỉ, số", "Mã kiểm tra", "Nhà đăng ký, đơn vị giữ", "Chủ thể"),
        rows=rows,
        exact=frozenset({1, 2}),
        widths=(6, 36, 15, 25, 18),
    )


def _annex(part: Part) -> Annex:
    subject = part.held.item.subject
    rows: list[tuple[str, ...]] = [("Tên, số", subject.value, "văn bản yêu cầu", "")]
    rows += [
        ("Địa chỉ nêu trong yêu cầu", printable_url(url), "văn bản yêu cầu", "") for url in subject.urls[:MAX_URLS]
    ]
    for answer in part.answers:
        at = shown_instant(answer.received_at)
        rows += [(name, value, f"Trả lời: {answer.source}", at) for name, value in answer.facts]
        if not answer.facts:
            rows.append(("Kết quả", _STATES[answer.state], f"Trả lời: {answer.source}", at))
    for fact in part.held.facts:
        label = f"{fact.label} (trước đây)" if fact.past else fact.label
        rows.append((label, fact.value, fact.source + _CONFIDENCE.get(fact.confidence, ""), shown_instant(fact.at)))
    notes = [f"Mã kiểm tra: {check_code(subject.value)}.", *(f"Lưu ý: {words}." for words in subject.notes)]
    if subject.shown != subject.value:
        notes.append(f"Tên bằng chữ gốc: {subject.shown}.")
    notes += [f"{words[:1].upper()}{words[1:]}." for words in still_unknown(part)]
    notes += [f"Đã hỏi {ask.recipient_name}: {_ASKS.get(ask.state, ask.state)}." for ask in part.asks]
    notes += [f"Ghi chú của trả lời: {answer.note}" for answer in part.answers if answer.note]
    return Annex(
        title=subject.value,
        columns=("Mục", "Nội dung", "Nguồn", "Thời điểm"),
        rows=tuple(rows),
        exact=frozenset({1}),
        widths=(17, 36, 29, 18),
        notes=tuple(notes),
    )


def _newest(part: Part, field: str) -> str:
    return next((fact.value for fact in part.held.facts if fact.field == field and not fact.past), "")


def still_unknown(part: Part) -> Iterator[str]:
    """What nobody has said, neither a look-up nor an answer, in words."""
    owner = LABELS["registrant"].lower()
    for words in part.held.unknown:
        head, sign, names = words.partition("chưa biết: ")
        left = [name for name in names.split(", ") if name != owner] if sign and _answered_owner(part) else None
        if left is None:
            yield words
        elif left:
            yield f"{head}{sign}{', '.join(left)}"


def _owner(part: Part) -> str:
    return _answered_owner(part) or _newest(part, "registrant")


def _answered_owner(part: Part) -> str:
    told = (fact for answer in reversed(part.answers) for fact in answer.facts)
    return next((value for name, value in told if name.casefold() in _OWNERS), "")
