"""How owner-record requests are told on a terminal and as JSON."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from takedown.cli.shown import Column, complain, say, say_json, say_table, shown_time

if TYPE_CHECKING:
    from storage.models import RecordAsk, RecordRequest
    from takedown.records.answers import Answer
    from takedown.records.held import Held
    from takedown.records.requests import RequestView, Taken
    from takedown.records.whom import AskPlan


def request_words(row: "RecordRequest") -> dict[str, Any]:
    """What may be told without unsealing anything."""
    return {
        "id": row.id,
        "state": row.state,
        "document": row.document_number,
        "date": row.document_date,
        "agency": row.agency,
        "unit": row.unit,
        "case": row.case_number,
        "legal": list(row.legal),
        "urgency": row.urgency,
        "counts": row.counts,
        "made_by": row.made_by,
        "received_at": row.received_at,
        "due_at": row.due_at,
        "delivered_at": row.delivered_at,
        "erased_at": row.erased_at,
        "files": [entry[1] for entry in row.files],
    }


def ask_words(ask: "RecordAsk") -> dict[str, Any]:
    """One letter."""
    return {
        "letter": ask.id,
        "request": ask.request_id,
        "kind": ask.kind,
        "recipient": ask.recipient_id,
        "recipient_name": ask.recipient_name,
        "role": ask.role,
        "channel": ask.channel,
        "address": ask.address,
        "state": ask.state,
        "items": len(ask.items),
        "prepared_by": ask.prepared_by,
        "sent_at": ask.sent_at,
        "due_at": ask.due_at,
        "reminders": ask.reminders,
        "files": [entry[1] for entry in ask.files],
    }


def say_requests(rows: "Iterable[RecordRequest]") -> None:
    """A table."""
    titles = ("Số", "Trạng thái", "Văn bản", "Cơ quan", "Khẩn", "Mục", "Hạn")
    cells = [
        (
            row.id,
            row.state if row.erased_at is None else f"{row.state}, đã xóa",
            f"{row.document_number} {row.document_date}",
            f"{row.unit}, {row.agency}",
            row.urgency,
            sum(int(row.counts.get(kind, 0)) for kind in ("domain", "address", "phone")),
            shown_time(row.due_at),
        )
        for row in rows
    ]
    say_table([Column(title, fold=place == 3) for place, title in enumerate(titles)], cells)


def say_asks(asks: "Iterable[RecordAsk]") -> None:
    """A table."""
    titles = ("Thư", "Yêu cầu", "Việc", "Nơi nhận", "Kênh", "Trạng thái", "Mục", "Hạn")
    cells = [
        (
            ask.id,
            ask.request_id,
            ask.kind,
            ask.recipient_name,
            f"{ask.channel} {ask.address}",
            ask.state,
            len(ask.items),
            shown_time(ask.due_at),
        )
        for ask in asks
    ]
    say_table([Column(title, fold=place in {3, 4}) for place, title in enumerate(titles)], cells)


def say_taken(taken: "Taken", *, as_json: bool) -> None:
    """The draft; rejects and what it lacks on standard error."""
    if as_json:
        rejects = [{"line": e.line, "original": e.original, "reason": e.reason} for e in taken.rejects]
        told = {**request_words(taken.request), "missing": list(taken.missing), "rejects": rejects}
        say_json({**told, "repeated": taken.repeated})
        return
    say_requests((taken.request,))
    complain(*(f"dòng {entry.line}: {entry.original}: {entry.reason}" for entry in taken.rejects))
    complain(*(f"dòng {entry.line}: {entry.shown}: {'; '.join(entry.notes)}" for entry in taken.doubted))
    complain(*(f"- {words}" for words in taken.missing))


def say_request(
    view: "RequestView",
    held: "Mapping[int, Held]",
    asks: "tuple[RecordAsk, ...]",
    answers: "Mapping[int, tuple[Answer, ...]]",
    plan: "AskPlan",
    *,
    as_json: bool,
) -> None:
    """Everything about one request, unsealed."""
    nobody = {item.id: why for item, why in plan.nobody}
    if as_json:
        items = [_item(entry.id, view, held, answers, nobody) for entry in view.items]
        whom = [{"recipient": e.recipient_id, "name": e.name, "role": e.role, "items": len(e.items)} for e in plan.whom]
        rejects = [{"line": e.line, "original": e.original, "reason": e.reason} for e in view.asked.subjects.rejects]
        opened = {"officer": view.asked.officer, "contact": view.asked.contact, "purpose": view.asked.purpose}
        letters = [ask_words(ask) for ask in asks]
        told = {**request_words(view.request), **opened, "items": items, "whom": whom, "letters": letters}
        say_json({**told, "rejects": rejects})
        return
    say_requests((view.request,))
    say(f"Đầu mối: {view.asked.officer} {view.asked.contact}", f"Mục đích: {view.asked.purpose}", "")
    for item in view.items:
        say(f"{item.subject.shown}  ({item.subject.kind}, dòng {item.subject.line})")
        say(*(f"    ! {words}" for words in item.subject.notes))
        for fact in held[item.id].facts:
            past = " (trước đây)" if fact.past else ""
            say(f"    {fact.label}{past}: {fact.value}  [{fact.source}, {shown_time(fact.at)}]")
        for answer in answers.get(item.id, ()):
            words = "; ".join(f"{name}: {value}" for name, value in answer.facts) or answer.state
            say(f"    trả lời: {words}  [{answer.source}, {shown_time(answer.received_at)}]")
        say(*(f"    ? {words}" for words in (*held[item.id].unknown, *filter(None, [nobody.get(item.id)]))))
    say("", *(f"hỏi {entry.name} ({entry.role}): {len(entry.items)} mục" for entry in plan.whom))
    if asks:
        say_asks(asks)


def _item(
    number: int,
    view: "RequestView",
    held: "Mapping[int, Held]",
    answers: "Mapping[int, tuple[Answer, ...]]",
    nobody: Mapping[int, str],
) -> dict[str, Any]:
    (item,) = (entry for entry in view.items if entry.id == number)
    return {
        "item": number,
        "value": item.subject.value,
        "kind": item.subject.kind,
        "line": item.subject.line,
        "original": item.subject.original,
        "urls": list(item.subject.urls),
        "notes": list(item.subject.notes),
        "facts": list(held[number].facts),
        "unknown": list(held[number].unknown),
        "nobody_to_ask": nobody.get(number),
        "answers": list(answers.get(number, ())),
    }
