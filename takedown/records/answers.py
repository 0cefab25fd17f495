"""Answers of recipients: matched to the item that they are about, their papers sealed, the request moved on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.models import RecordAnswer, RecordAsk, RecordItem, RecordRequest
from storage.vault import DataKey, Vault
from takedown.actor import Actor, Role
from takedown.errors import RecordsError
from takedown.records.asking import ANSWERED, SENT, asks_of, find_ask
from takedown.records.gate import Attachment
from takedown.records.letters import DISCLOSE
from takedown.records.requests import Item, RequestView, find_request, unseal_request
from takedown.records.sealing import data_key, seal_file
from takedown.records.states import RecordState, move, note
from takedown.records.subjects import read_subjects
from takedown.words import word

MAX_FACTS = 40
MAX_VALUE = 1000
MAX_FILES = 10


class AnswerState(StrEnum):
    FOUND = "found"
    NOTHING_HELD = "nothing_held"  # the recipient says that it keeps nothing
    REFUSED = "refused"  # the recipient will not say


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in the clear. ``facts``: (what, value) as the recipient wrote them; ``files``: names."""

    item_id: int
    state: AnswerState
    source: str
    facts: tuple[tuple[str, str], ...]
    note: str
    received_at: datetime
    entered_by: str
    files: tuple[str, ...] = ()


def add_answer(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    request_id: int,
    *,
    about: str,
    state: AnswerState,
    source: str,
    facts: Sequence[tuple[str, str]] = (),
    words: str = "",
    files: Sequence[Attachment] = (),
    ask_id: int | None = None,
    received_at: datetime,
    actor: Actor,
    now: datetime,
) -> RecordAnswer:
    """Attaches one answer. ``about``: the domain, address or phone that it names; ``source``: who answered.

    Raises RecordsError for an answer about something that the request, or the letter, does not ask about, without a
    source, or beyond the bounds; VaultError.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    request = find_request(session, request_id)
    if RecordState(request.state) in {RecordState.DRAFTED, RecordState.CLOSED, RecordState.REFUSED}:
        raise RecordsError(
            f"request {request_id} is `{request.state}`: it takes no answers",
            f"yêu cầu {request_id}: {word('record', request.state, 'vi')}; không nhận trả lời",
        )
    _check(state, source, facts, words, files, received_at, now)
    key, view = data_key(vault, request), unseal_request(session, vault, request)
    item = _matched(session, view, about)
    ask = _ask_of(session, request_id, ask_id, item)
    row = RecordAnswer(
        request_id=request_id,
        item_id=item.id,
        ask_id=ask.id if ask is not None else None,
        state=state,
        received_at=received_at,
        entered_by=actor.name,
        entered_at=now,
    )
    told = {"source": source, "facts": [list(pair) for pair in facts], "note": words}
    row.sealed = key.seal_json(told, f"answer {request_id} {item.id}")
    row.files = [seal_file(store, key, "answer", e.name, e.data, e.media_type).row() for e in files]
    session.add(row)
    session.flush()
    detail: dict[str, object] = {"answer": row.id, "item": item.id, "ask": row.ask_id, "state": state}
    note(session, request, "answered", actor, now, {**detail, "files": [entry[2] for entry in row.files]})
    _advance(session, request, ask, actor, now)
    return row


def answers_of(session: Session, key: DataKey, request_id: int) -> dict[int, tuple[Answer, ...]]:
    """By the item's number, the oldest first. For services; who looks is noted where the request is viewed."""
    query = select(RecordAnswer).where(RecordAnswer.request_id == request_id).order_by(col(RecordAnswer.id))
    found: dict[int, list[Answer]] = {}
    for row in session.exec(query):
        told = key.unseal_json(row.sealed, f"answer {request_id} {row.item_id}")
        answer = Answer(
            row.item_id,
            AnswerState(row.state),
            str(told.get("source", "")),
            tuple((str(pair[0]), str(pair[1])) for pair in told.get("facts", ())),
            str(told.get("note", "")),
            row.received_at,
            row.entered_by,
            tuple(str(entry[1]) for entry in row.files),
        )
        found.setdefault(row.item_id, []).append(answer)
    return {item: tuple(entries) for item, entries in found.items()}


def _check(
    state: AnswerState,
    source: str,
    facts: Sequence[tuple[str, str]],
    words: str,
    files: Sequence[Attachment],
    received_at: datetime,
    now: datetime,
) -> None:
    if not source.strip():
        raise RecordsError(
            "say who answered, with the number and day of the letter: --source",
            "nêu ai trả lời, với số và ngày công văn: --source",
        )
    if state is AnswerState.FOUND and not facts and not files:
        raise RecordsError(
            "an answer that found something holds a fact or a file; else it is nothing_held or refused",
            "trả lời có tìm thấy thì phải có dữ kiện hoặc tệp; nếu không thì là nothing_held hoặc refused",
        )
    if len(facts) > MAX_FACTS or len(files) > MAX_FILES:
        raise RecordsError(
            f"at most {MAX_FACTS} facts and {MAX_FILES} files an answer; attach the paper instead",
            f"mỗi trả lời tối đa {MAX_FACTS} dữ kiện và {MAX_FILES} tệp; hãy đính kèm văn bản",
        )
    if any(len(word) > MAX_VALUE or not word.strip() for pair in facts for word in pair) or len(words) > 4 * MAX_VALUE:
        raise RecordsError(
            f"a fact has a name and a value of 1 to {MAX_VALUE} characters",
            f"mỗi dữ kiện có tên và giá trị dài 1 đến {MAX_VALUE} ký tự",
        )
    if received_at > now + timedelta(minutes=5):
        raise RecordsError(
            "the answer's time lies in the future; give the time in Vietnam's zone",
            "thời điểm trả lời nằm ở tương lai; ghi giờ theo múi giờ Việt Nam",
        )


def _matched(session: Session, view: RequestView, about: str) -> Item:
    """The item that the answer names. Raises RecordsError that says what the request is about instead."""
    read = read_subjects(about)
    if len(read.subjects) != 1:
        count = len(read.subjects)
        why, why_vi = (read.rejects[0].reason,) * 2 if read.rejects else (f"names {count} things", f"nêu {count} thứ")
        raise RecordsError(
            f"«{about[:80]}»: {why}; name the one that the answer is about",
            f"«{about[:80]}»: {why_vi}; nêu đúng một thứ mà trả lời nói tới",
        )
    named = read.subjects[0]
    for item in view.items:
        if (item.subject.kind, item.subject.value) == (named.kind, named.value):
            return item
    values = [item.subject.value for item in view.items]
    near = ", ".join(get_close_matches(named.value, values, n=3, cutoff=0.7) or values[:3])
    elsewhere = [] if named.kind == "phone" else _elsewhere(session, named.kind, named.value)
    numbers = ", ".join(map(str, elsewhere))
    raise RecordsError(
        f"the answer is about {named.value}, request {view.request.id} does not ask about it (it has {near})"
        f"{numbers and f'; other open requests ask about it: {numbers}'}",
        f"trả lời về {named.value}, yêu cầu {view.request.id} không hỏi về nó (có {near})"
        f"{numbers and f'; yêu cầu khác đang mở hỏi về nó: {numbers}'}",
    )


def _elsewhere(session: Session, kind: str, value: str) -> list[int]:
    query = (
        select(RecordItem.request_id)
        .join(RecordRequest, col(RecordRequest.id) == col(RecordItem.request_id))
        .where(RecordItem.kind == kind, RecordItem.value == value, col(RecordRequest.ended_at).is_(None))
    )
    return sorted(session.exec(query.limit(5)))


def _ask_of(session: Session, request_id: int, ask_id: int | None, item: Item) -> RecordAsk | None:
    if ask_id is None:
        return None
    ask = find_ask(session, ask_id)
    if ask.request_id != request_id:
        raise RecordsError(
            f"letter {ask_id} belongs to request {ask.request_id}, not to {request_id}",
            f"công văn {ask_id} thuộc yêu cầu {ask.request_id}, không phải {request_id}",
        )
    if item.id not in ask.items:
        raise RecordsError(
            f"letter {ask_id} to {ask.recipient_name} did not ask about {item.subject.value}",
            f"công văn {ask_id} gửi {ask.recipient_name} không hỏi về {item.subject.value}",
        )
    if ask.state not in {SENT, ANSWERED}:
        raise RecordsError(
            f"letter {ask_id} is `{ask.state}`: note first that it was sent",
            f"công văn {ask_id}: {word('record_ask', ask.state, 'vi')}; trước hết ghi nhận đã gửi",
        )
    return ask


def _advance(session: Session, request: RecordRequest, ask: RecordAsk | None, actor: Actor, now: datetime) -> None:
    """An ask is answered when each of its items is; the request when each letter that asks to disclose is."""
    if ask is not None and ask.state == SENT:
        answered = set(session.exec(select(RecordAnswer.item_id).where(RecordAnswer.ask_id == ask.id)))
        if set(ask.items) <= answered:
            ask.state, ask.answered_at = ANSWERED, now
            session.add(ask)
            session.flush()
    owed = [entry for entry in asks_of(session, request.id or 0) if entry.kind == DISCLOSE and entry.state == SENT]
    to = RecordState.PARTLY if owed else RecordState.ANSWERED
    if request.state != to:
        move(session, request, to, actor=actor, reason="câu trả lời / an answer", now=now)
