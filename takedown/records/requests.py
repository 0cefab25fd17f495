"""Owner-record requests: taken in, completed, accepted or refused, listed and looked at; personal data stays sealed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.models import RecordItem, RecordRequest
from storage.vault import DataKey, Vault
from takedown.actor import Actor, Role
from takedown.due_order import DueMark, comes_after
from takedown.errors import NotAllowedError, RecordMissingError, RecordsError
from takedown.four_eyes import require_two_people
from takedown.offices import current_offices
from takedown.records.gate import Asked, Attachment, Urgency, due_at, missing, too_long
from takedown.records.sealing import SealedFile, data_key, seal_file
from takedown.records.states import RecordState, move, note
from takedown.records.subjects import Read, Reject, Subject
from takedown.words import word

ORDINARY_DAYS = 5
ORDER = "order"
_SEES_SEALED = frozenset({Role.APPROVER})
_SEES_LIST = frozenset({Role.APPROVER, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR})
_LABEL = "request"


@dataclass(frozen=True, slots=True)
class Taken:
    """A stored draft: what it still lacks, what of the list could not be read; ``doubted``: what to look at again."""

    request: RecordRequest
    missing: tuple[str, ...]
    rejects: tuple[Reject, ...]
    repeated: int
    doubted: tuple[Subject, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One subject with its number."""

    id: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request unsealed."""

    request: RecordRequest
    asked: Asked
    items: tuple[Item, ...]


def take_request(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    asked: Asked,
    *,
    order: Attachment | None = None,
    actor: Actor,
    now: datetime,
) -> Taken:
    """Stores a draft, complete or not; nothing that was typed is lost.

    Raises RecordsError for a document that has an open request already or a field that is too long, VaultError.
    """
    actor.require(Role.POLICE, Role.REVIEWER, Role.APPROVER)
    _refuse_duplicate(session, asked, actor, None)
    key = vault.new_data_key()
    request = RecordRequest(
        state=RecordState.DRAFTED, made_by=actor.name, made_at=now, updated_at=now, received_at=asked.received_at or now
    )
    request.key_id, request.wrapped_key = vault.wrap(key)
    session.add(request)
    session.flush()
    return _store(session, store, key, request, asked, order, actor, now, "drafted")


def amend_request(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    request_id: int,
    asked: Asked,
    *,
    order: Attachment | None = None,
    actor: Actor,
    now: datetime,
) -> Taken:
    """Writes a draft anew; without ``order`` the one that is attached stays. Raises RecordsError, VaultError."""
    request = find_request(session, request_id)
    if actor.name != request.made_by:
        actor.require(Role.APPROVER)
    if request.state != RecordState.DRAFTED:
        raise RecordsError(
            f"request {request_id} is `{request.state}`: only a draft can be written anew",
            f"yêu cầu {request_id}: {word('record', request.state, 'vi')}; chỉ bản nháp mới viết lại được",
        )
    _refuse_duplicate(session, asked, actor, request_id)
    key = data_key(vault, request)
    session.execute(delete(RecordItem).where(col(RecordItem.request_id) == request_id))
    return _store(session, store, key, request, asked, order, actor, now, "amended")


def accept_request(
    session: Session,
    vault: Vault,
    request_id: int,
    *,
    actor: Actor,
    now: datetime,
    ordinary_days: int = ORDINARY_DAYS,
) -> RecordRequest:
    """Takes the request on; its clock, which began at the receipt, gets its end. By somebody else than who made it.

    Raises RecordsError with every line of what is missing.
    """
    actor.require(Role.APPROVER)
    request = find_request(session, request_id)
    require_two_people(session, actor, beside=request.made_by)
    if request.made_by == actor.name:
        raise NotAllowedError(
            f"«{actor.name}» made request {request_id}: another person accepts it",
            f"«{actor.name}» lập yêu cầu {request_id}: người khác tiếp nhận",
        )
    view = unseal_request(session, vault, request)
    lacking = missing(view.asked, has_order=_has_order(request), offices=current_offices(session), now=now)
    if lacking:
        lines = tuple(f"- {words}" for words in lacking)
        raise RecordsError(
            "\n".join((f"request {request_id} is not complete:", *lines)),
            "\n".join((f"yêu cầu {request_id} còn thiếu:", *lines)),
        )
    request.due_at = due_at(view.asked.urgency, request.received_at, ordinary_days=ordinary_days)
    session.add(request)
    session.flush()
    return move(session, request, RecordState.ACCEPTED, actor=actor, reason="đủ điều kiện / complete", now=now)


def refuse_request(session: Session, request_id: int, *, reason: str, actor: Actor, now: datetime) -> RecordRequest:
    """Sends it back for good, with the reason that its sender reads. Raises RecordsError."""
    actor.require(Role.APPROVER)
    request = find_request(session, request_id)
    return move(session, request, RecordState.REFUSED, actor=actor, reason=reason, now=now)


def close_request(session: Session, request_id: int, *, reason: str, actor: Actor, now: datetime) -> RecordRequest:
    """Ends a delivered request; its retention begins. Raises RecordsError."""
    actor.require(Role.APPROVER)
    request = find_request(session, request_id)
    return move(session, request, RecordState.CLOSED, actor=actor, reason=reason, now=now)


def list_requests(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    state: str | None = None,
    overdue: bool = False,
    after: DueMark | None = None,
    limit: int = 500,
) -> tuple[RecordRequest, ...]:
    """What the actor may know of, the next to be answered first; police see their own. Nothing sealed is in it.

    ``after``: the last one of the page before.
    """
    actor.require(Role.POLICE, *_SEES_LIST)
    query = select(RecordRequest).order_by(
        col(RecordRequest.due_at).is_(None), col(RecordRequest.due_at), col(RecordRequest.id).desc()
    )
    if not actor.roles & _SEES_LIST:
        query = query.where(RecordRequest.made_by == actor.name)
    if state is not None:
        query = query.where(RecordRequest.state == RecordState(state))
    if overdue:
        running = [entry.value for entry in RecordState if entry.runs]
        query = query.where(col(RecordRequest.state).in_(running), col(RecordRequest.due_at) < now)
    if after is not None:
        query = query.where(comes_after(after, col(RecordRequest.due_at), col(RecordRequest.id), newest_first=True))
    return tuple(session.exec(query.limit(limit)))


def view_request(
    session: Session, vault: Vault, request_id: int, *, actor: Actor, reason: str, now: datetime
) -> RequestView:
    """The request unsealed; who looked, and why, stands in the audit chain. Raises NotAllowedError, RecordsError."""
    request = find_request(session, request_id)
    require_sealed(actor, request)
    if not reason.strip():
        raise RecordsError(
            "say why the personal data is looked at: --reason", "nêu lý do xem dữ liệu cá nhân: --reason"
        )
    view = unseal_request(session, vault, request)
    note(session, request, "viewed", actor, now, {"reason": reason, "what": "request"})
    return view


def require_sealed(actor: Actor, request: RecordRequest) -> None:
    """Raises NotAllowedError unless the actor may see the request's personal data: its maker, or an approver."""
    actor.require(Role.POLICE, Role.REVIEWER, Role.APPROVER)
    if not actor.roles & _SEES_SEALED and request.made_by != actor.name:
        raise NotAllowedError(
            f"request {request.id} is somebody else's: its personal data is not for «{actor.name}»",
            f"yêu cầu {request.id} của người khác: dữ liệu cá nhân trong đó không dành cho «{actor.name}»",
        )


def find_request(session: Session, request_id: int) -> RecordRequest:
    """The row. Raises RecordsError."""
    request = session.get(RecordRequest, request_id)
    if request is None:
        raise RecordMissingError(
            f"there is no request {request_id}; `lachan records list` shows what there is",
            f"không có yêu cầu {request_id}; `lachan records list` liệt kê những gì có",
        )
    return request


def known_request(session: Session, request_id: int, *, actor: Actor) -> RecordRequest:
    """The row, where the actor may know of it; police know of their own. Raises RecordMissingError, NotAllowedError."""
    actor.require(Role.POLICE, *_SEES_LIST)
    request = find_request(session, request_id)
    if not actor.roles & _SEES_LIST and request.made_by != actor.name:
        raise RecordMissingError(f"there is no request {request_id} of yours", f"không có yêu cầu {request_id} của bạn")
    return request


def unseal_request(session: Session, vault: Vault, request: RecordRequest) -> RequestView:
    """The request in the clear, without asking who wants it: for services, which ask themselves."""
    key = data_key(vault, request)
    told = key.unseal_json(request.sealed, f"{_LABEL} {request.id}")
    items = tuple(
        _item(key, row)
        for row in session.exec(
            select(RecordItem).where(RecordItem.request_id == request.id).order_by(col(RecordItem.id))
        )
    )
    asked = Asked(
        document_number=request.document_number,
        document_date=date.fromisoformat(request.document_date) if request.document_date else None,
        agency=request.agency,
        unit=request.unit,
        officer=str(told.get("officer", "")),
        contact=str(told.get("contact", "")),
        case_number=request.case_number,
        legal=tuple(map(str, request.legal)),
        urgency=Urgency(request.urgency),
        purpose=str(told.get("purpose", "")),
        subjects=Read(
            tuple(entry.subject for entry in items),
            tuple(Reject(int(e[0]), str(e[1]), str(e[2])) for e in told.get("rejects", ())),
            int(told.get("repeated", 0)),
        ),
        pasted=str(told.get("pasted", "")),
        received_at=request.received_at,
    )
    return RequestView(request, asked, items)


def _store(
    session: Session,
    store: ArtifactStore,
    key: DataKey,
    request: RecordRequest,
    asked: Asked,
    order: Attachment | None,
    actor: Actor,
    now: datetime,
    what: str,
) -> Taken:
    if problem := too_long(asked):
        raise RecordsError(*problem)
    request.document_number, request.case_number = asked.document_number.strip(), asked.case_number.strip()
    request.document_date = asked.document_date.isoformat() if asked.document_date else ""
    request.agency, request.unit = asked.agency.strip(), asked.unit.strip()
    request.legal, request.urgency = list(dict.fromkeys(asked.legal)), asked.urgency.value
    request.open_key, request.updated_at = asked.open_key, now
    request.received_at = asked.received_at or request.received_at
    read = asked.subjects
    request.counts = {
        **Counter(subject.kind for subject in read.subjects),
        "rejects": len(read.rejects),
        "repeated": read.repeated,
    }
    sealed: dict[str, Any] = {
        "officer": asked.officer,
        "contact": asked.contact,
        "purpose": asked.purpose,
        "pasted": asked.pasted,
        "rejects": [[entry.line, entry.original, entry.reason] for entry in read.rejects],
        "repeated": read.repeated,
    }
    request.sealed = key.seal_json(sealed, f"{_LABEL} {request.id}")
    if order is not None:
        others = [entry for entry in request.files if entry[0] != ORDER]
        request.files = [*others, seal_file(store, key, ORDER, order.name, order.data, order.media_type).row()]
    session.add(request)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:  # somebody else's came in at the same moment
        raise RecordsError(
            f"document {asked.document_number}: another request of it is open",
            f"văn bản {asked.document_number}: đang có yêu cầu khác mở",
        ) from error
    session.add_all(_row(key, request, subject) for subject in read.subjects)
    session.flush()
    lacking = missing(asked, has_order=_has_order(request), offices=current_offices(session), now=now)
    note(session, request, what, actor, now, {"items": dict(request.counts), "missing": len(lacking)})
    return Taken(request, lacking, read.rejects, read.repeated, tuple(each for each in read.subjects if each.notes))


def _row(key: DataKey, request: RecordRequest, subject: Subject) -> RecordItem:
    value = key.blind(subject.value) if subject.kind == "phone" else subject.value
    told = {
        "value": subject.value,
        "original": subject.original,
        "urls": list(subject.urls[:200]),
        "notes": list(subject.notes),
    }
    sealed = key.seal_json(told, f"item {request.id} {value}")
    return RecordItem(request_id=request.id or 0, kind=subject.kind, value=value, line=subject.line, sealed=sealed)


def _item(key: DataKey, row: RecordItem) -> Item:
    told = key.unseal_json(row.sealed, f"item {row.request_id} {row.value}")
    subject = Subject(
        row.kind,
        str(told.get("value", row.value)),
        row.line,
        str(told.get("original", "")),
        tuple(map(str, told.get("urls", ()))),
        tuple(map(str, told.get("notes", ()))),
    )
    return Item(row.id or 0, subject)


def _has_order(request: RecordRequest) -> bool:
    return any(SealedFile.of(entry).kind == ORDER for entry in request.files)


def _refuse_duplicate(session: Session, asked: Asked, actor: Actor, own: int | None) -> None:
    if asked.open_key is None:
        return
    found = session.exec(select(RecordRequest).where(RecordRequest.open_key == asked.open_key)).first()
    if found is None or found.id == own:
        return
    seen = actor.roles & _SEES_LIST or found.made_by == actor.name
    which = f"request {found.id} ({found.state})" if seen else "an open request of somebody else"
    which_vi = (
        f"yêu cầu {found.id} ({word('record', found.state, 'vi')})" if seen else "một yêu cầu đang mở của người khác"
    )
    raise RecordsError(
        f"document {asked.document_number} has {which} already; go on there",
        f"văn bản {asked.document_number} đã có {which_vi}; hãy làm tiếp ở đó",
    )
