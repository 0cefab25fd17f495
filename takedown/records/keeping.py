"""How long personal data is kept, its erasure, new operator's keys, and who saw whose data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete
from sqlmodel import Session, col, or_, select

from seeds import registrable_domain
from storage.audit import record_audit
from storage.models import (
    AuditEntry,
    DomainRecord,
    ErasedCode,
    OwnerKey,
    RecordAnswer,
    RecordAsk,
    RecordItem,
    RecordMail,
    RecordRequest,
)
from storage.owner_names import owner_key
from storage.sealed_answers import answer_key
from storage.vault import Vault
from takedown.actor import Actor, Role
from takedown.errors import NotAllowedError, RecordsError
from takedown.records.requests import find_request
from takedown.records.sealing import data_key
from takedown.records.states import RecordState, note, subject_of
from takedown.records.subjects import read_subjects
from takedown.words import word

_AT_ONCE = 500
_LOOKS = ("records.viewed", "records.exported")
_OPENED = "domain.answer_opened"  # a registry's raw answer, or the owner's name in it


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody saw personal data, as the audit chain holds it. ``request_id`` 0: a registry's answer."""

    sequence: int
    at: datetime
    actor: str
    action: str
    request_id: int
    reason: str
    what: str


def erase_due(session: Session, *, actor: Actor, now: datetime, keep: timedelta, limit: int = 200) -> tuple[int, ...]:
    """Erases the requests that ended ``keep`` ago; their numbers. May be run again and again."""
    actor.require(Role.ADMINISTRATOR)
    query = select(RecordRequest).where(
        col(RecordRequest.ended_at) < now - keep, col(RecordRequest.erased_at).is_(None)
    )
    due = session.exec(query.order_by(col(RecordRequest.id)).limit(limit)).all()
    for request in due:
        _erase(session, request, actor, now, f"hết hạn lưu {keep.days} ngày / kept for {keep.days} days")
    return tuple(request.id or 0 for request in due)


def erase_request(session: Session, request_id: int, *, reason: str, actor: Actor, now: datetime) -> RecordRequest:
    """Erases one ended request before its time. Raises RecordsError."""
    actor.require(Role.ADMINISTRATOR, Role.APPROVER)
    request = find_request(session, request_id)
    if RecordState(request.state).is_open:
        raise RecordsError(
            f"request {request_id} is `{request.state}`: close or refuse it before it is erased",
            f"yêu cầu {request_id}: {word('record', request.state, 'vi')}; đóng hoặc từ chối trước khi xóa",
        )
    if request.erased_at is not None:
        raise RecordsError(
            f"request {request_id} was erased on {request.erased_at:%Y-%m-%d} already",
            f"yêu cầu {request_id} đã xóa ngày {request.erased_at:%d/%m/%Y}",
        )
    if not reason.strip():
        raise RecordsError("say why it is erased: --reason", "nêu lý do xóa: --reason")
    _erase(session, request, actor, now, reason)
    return request


def rewrap_keys(session: Session, vault: Vault, *, actor: Actor, now: datetime) -> int:
    """Wraps the key of every request and of every sealed look-up with the newest of the operator's; how many.

    So too the key of owners' marks. The data itself stays as it is. Raises VaultError where an older key is no longer
    in the file; then nothing was changed by the caller's leave.
    """
    actor.require(Role.ADMINISTRATOR)
    query = select(RecordRequest).where(
        col(RecordRequest.wrapped_key).is_not(None), RecordRequest.key_id != vault.current
    )
    rows = session.exec(query).all()
    for request in rows:
        request.key_id, request.wrapped_key = vault.wrap(data_key(vault, request))
        session.add(request)
        note(session, request, "rewrapped", actor, now, {"key": vault.current})
    session.flush()
    _rewrap_marks(session, vault)
    return len(rows) + _rewrap_answers(session, vault, actor, now)


def _rewrap_marks(session: Session, vault: Vault) -> None:
    """The key of all owners' marks; the marks stay as they are."""
    row = session.get(OwnerKey, 1)
    if row is not None and row.key_id != vault.current:
        row.key_id, row.wrapped_key = vault.wrap(owner_key(vault, row))
        session.add(row)
        session.flush()


def _rewrap_answers(session: Session, vault: Vault, actor: Actor, now: datetime) -> int:
    """The keys of what registries answered, a few at a time; one entry for all of them."""
    query = select(DomainRecord).where(col(DomainRecord.wrapped_key).is_not(None), DomainRecord.key_id != vault.current)
    count = 0
    while rows := session.exec(query.order_by(col(DomainRecord.id)).limit(_AT_ONCE)).all():
        for record in rows:
            record.key_id, record.wrapped_key = vault.wrap(answer_key(vault, record))
            session.add(record)
        session.flush()
        session.expunge_all()
        count += len(rows)
    if count:
        detail = {"key": vault.current, "records": count}
        record_audit(
            session, at=now, actor=actor.name, action="domain.rewrapped", subject="domain records", detail=detail
        )
    return count


def who_saw(session: Session, what: str, *, actor: Actor, vault: Vault | None = None) -> tuple[Look, ...]:
    """Everybody who looked at the data of a request (its number), domain, address or phone; a phone needs the vault.

    Raises RecordsError for what cannot be read, NotAllowedError for others than auditors, approvers and administrators.
    """
    if not actor.roles & {Role.AUDITOR, Role.APPROVER, Role.ADMINISTRATOR}:
        raise NotAllowedError(
            f"«{actor.name}» may not see who looked at whose data: it takes auditor or approver",
            f"«{actor.name}» không được xem ai đã xem dữ liệu của ai: cần kiểm tra viên hoặc người duyệt",
        )
    numbers = _requests_about(session, what, vault)
    subjects = {subject_of(number): number for number in numbers}
    seen = and_(col(AuditEntry.action).in_(_LOOKS), col(AuditEntry.subject).in_(subjects))
    if domain := _domain_of(what):
        subjects[domain] = 0
        seen = or_(seen, and_(col(AuditEntry.action) == _OPENED, col(AuditEntry.subject) == domain))
    query = select(AuditEntry).where(seen)
    return tuple(
        Look(
            entry.sequence,
            entry.at,
            entry.actor,
            entry.action.partition(".")[2],
            subjects[entry.subject],
            str(entry.detail.get("reason", "")),
            str(entry.detail.get("what", entry.detail.get("service", ""))),
        )
        for entry in session.exec(query.order_by(col(AuditEntry.sequence)))
    )


def _domain_of(what: str) -> str:
    """The registrable domain, under which look-ups are kept, of what is one domain; else ""."""
    subjects = read_subjects(what).subjects
    return registrable_domain(subjects[0].value) if len(subjects) == 1 and subjects[0].kind == "domain" else ""


def _requests_about(session: Session, what: str, vault: Vault | None) -> list[int]:
    if what.strip().isdigit() and len(what.strip()) < 8:
        return [find_request(session, int(what)).id or 0]
    read = read_subjects(what)
    if len(read.subjects) != 1:
        raise RecordsError(
            f"«{what[:80]}» is neither a request's number nor one domain, address or phone",
            f"«{what[:80]}» không phải số yêu cầu, cũng không phải một tên miền, địa chỉ hay số điện thoại",
        )
    subject = read.subjects[0]
    if subject.kind != "phone":
        query = select(RecordItem.request_id).where(RecordItem.kind == subject.kind, RecordItem.value == subject.value)
        return sorted(set(session.exec(query)))
    if vault is None:
        raise RecordsError(
            "phones are stored as keyed digests: the operator's key is needed to find one",
            "số điện thoại lưu dưới dạng mã băm có khóa: cần khóa của đơn vị để tìm",
        )
    return sorted(_requests_with_phone(session, subject.value, vault))


def _requests_with_phone(session: Session, phone: str, vault: Vault) -> Iterator[int]:
    for request in session.exec(select(RecordRequest).where(col(RecordRequest.wrapped_key).is_not(None))):
        value = data_key(vault, request).blind(phone)
        query = select(RecordItem.id).where(RecordItem.request_id == request.id, RecordItem.value == value)
        if session.exec(query).first() is not None and request.id is not None:
            yield request.id


def _erase(session: Session, request: RecordRequest, actor: Actor, now: datetime, reason: str) -> None:
    """Throws the key away, and with it every sealed file; then the rows that named anybody. Counts and times stay,
    and the letters' codes, by which a late answer is known for one."""
    for token in session.exec(select(RecordAsk.token).where(RecordAsk.request_id == request.id)).all():
        session.add(ErasedCode(token=token, request_id=request.id or 0))
    for table in (RecordMail, RecordAnswer, RecordAsk, RecordItem):
        session.execute(delete(table).where(col(table.request_id) == request.id))
    request.wrapped_key, request.sealed, request.files = None, None, []
    request.document_number = request.case_number = ""
    request.open_key, request.erased_at, request.updated_at = None, now, now
    session.add(request)
    session.flush()
    note(session, request, "erased", actor, now, {"reason": reason, "counts": dict(request.counts)})
