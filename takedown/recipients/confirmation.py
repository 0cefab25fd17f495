"""A person's word about a contact: which channel may be used, until when, and who said so."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import ContactConfirmation, LearntContact
from takedown.errors import MissingError, TakedownError
from takedown.recipients.load import channel_problem
from takedown.recipients.model import Channel, ChannelKind, ContactState, Recipient
from takedown.recipients.registry import RecipientRegistry
from takedown.vouching import require_confirmed

CONFIRMED_FOR = timedelta(days=365)


class Decision(StrEnum):
    CONFIRMED = "confirmed"
    REJECTED = "rejected"  # wrong, dead, or not this recipient's


class ContactDecisionError(TakedownError, ValueError):
    """A decision that cannot be recorded: no name, no reason, or an address that is none."""


class ContactMissingError(ContactDecisionError, MissingError):
    """No learnt contact has this number."""


def decide_contact(
    session: Session,
    recipient: Recipient,
    kind: ChannelKind,
    value: str,
    *,
    decision: Decision,
    actor: str,
    reason: str,
    now: datetime,
    valid_for: timedelta = CONFIRMED_FOR,
) -> ContactConfirmation:
    """Records a person's decision about a channel, with an audit entry; ``value`` may be one that the file lacks.

    Raises ContactDecisionError, NotAllowedError while the person's account waits to be confirmed.
    """
    _check(kind, value, actor, reason)
    require_confirmed(session, actor)
    row = ContactConfirmation(
        recipient_id=recipient.id,
        channel=kind,
        value=value,
        decision=decision,
        actor=actor,
        reason=reason,
        decided_at=now,
        valid_until=now + valid_for if decision is Decision.CONFIRMED else None,
    )
    session.add(row)
    session.flush()
    detail = {"channel": kind.value, "value": value, "decision": decision.value, "reason": reason}
    record_audit(session, at=now, actor=actor, action="contact.decided", subject=recipient.id, detail=detail)
    return row


def current_recipient(session: Session, recipient: Recipient, *, now: datetime) -> Recipient:
    """The recipient with what people decided laid over its file: confirmed, refused and added channels."""
    rows = session.exec(
        select(ContactConfirmation)
        .where(ContactConfirmation.recipient_id == recipient.id)
        .order_by(col(ContactConfirmation.id))
    ).all()
    newest = {(row.channel, row.value): row for row in rows}
    return decided(recipient, newest.values(), now=now) if newest else recipient


def current_registry(session: Session, registry: RecipientRegistry, *, now: datetime) -> RecipientRegistry:
    """The whole registry with what people decided laid over it."""
    rows = session.exec(select(ContactConfirmation).order_by(col(ContactConfirmation.id))).all()
    newest: dict[str, dict[tuple[str, str], ContactConfirmation]] = {}
    for row in rows:
        newest.setdefault(row.recipient_id, {})[(row.channel, row.value)] = row
    return RecipientRegistry(
        decided(entry, newest[entry.id].values(), now=now) if entry.id in newest else entry
        for entry in registry.recipients
    )


def decided(recipient: Recipient, rows: Iterable[ContactConfirmation], *, now: datetime) -> Recipient:
    """Pure: the newest decision of each channel laid over the file's channels. A lapsed one leaves UNCONFIRMED."""
    channels = {(channel.kind.value, channel.value): channel for channel in recipient.channels}
    for row in rows:
        key = (row.channel, row.value)
        before = channels.get(key) or Channel(ChannelKind(row.channel), row.value, ContactState.UNCONFIRMED)
        holds = row.decision == Decision.CONFIRMED and (row.valid_until is None or now < row.valid_until)
        if row.decision == Decision.REJECTED:
            state, note = ContactState.QUARANTINED, row.reason
        else:
            state, note = (ContactState.CONFIRMED if holds else ContactState.UNCONFIRMED), before.note
        channels[key] = replace(
            before, state=state, note=note, last_verified=row.decided_at.date(), verified_by=row.actor
        )
    return replace(recipient, channels=tuple(channels.values()))


def quarantine_contact(
    session: Session,
    *,
    subject_kind: str,
    subject: str,
    kind: ChannelKind,
    value: str,
    source: str,
    now: datetime,
    artifact: str = "",
    entered_by: str = "",
) -> LearntContact:
    """Keeps a contact learnt elsewhere; one that is there already keeps its state and the day it was first learnt.

    ``entered_by``: the person who typed it in; somebody else decides about it.
    """
    query = select(LearntContact).where(
        LearntContact.subject_kind == subject_kind,
        LearntContact.subject == subject,
        LearntContact.channel == kind.value,
        LearntContact.value == value,
    )
    if found := session.exec(query).first():
        return found
    row = LearntContact(
        subject_kind=subject_kind,
        subject=subject,
        channel=kind,
        value=value,
        source=source,
        artifact=artifact,
        learnt_at=now,
        state=ContactState.QUARANTINED,
        actor=entered_by,
    )
    session.add(row)
    session.flush()
    if entered_by:
        detail = {"channel": kind.value, "value": value, "source": source}
        record_audit(session, at=now, actor=entered_by, action="contact.quarantined", subject=subject, detail=detail)
    return row


def decide_learnt(
    session: Session, row: LearntContact, *, decision: Decision, actor: str, reason: str, now: datetime
) -> None:
    """Lets a learnt contact out of quarantine, or keeps it there for good.

    Raises ContactDecisionError, also where the one who typed it in would let it out; NotAllowedError while the account
    of either of them waits to be confirmed.
    """
    _check(ChannelKind(row.channel), row.value, actor, reason)
    require_confirmed(session, actor)
    if decision is Decision.CONFIRMED and row.decided_at is None and row.actor == actor:
        raise ContactDecisionError(
            f"{actor} entered this contact: another person confirms it",
            f"{actor} đã nhập liên hệ này: người khác xác nhận",
        )
    if decision is Decision.CONFIRMED and row.decided_at is None and row.actor:
        require_confirmed(session, row.actor)
    row.state = ContactState.CONFIRMED if decision is Decision.CONFIRMED else ContactState.QUARANTINED
    row.actor, row.reason, row.decided_at = actor, reason, now
    session.add(row)
    session.flush()
    detail = {"channel": row.channel, "value": row.value, "decision": decision.value, "reason": reason}
    record_audit(session, at=now, actor=actor, action="contact.learnt_decided", subject=row.subject, detail=detail)


def learnt_contacts(session: Session, subject_kind: str, subject: str) -> tuple[LearntContact, ...]:
    """What was learnt about one subject, confirmed or not."""
    query = select(LearntContact).where(LearntContact.subject_kind == subject_kind, LearntContact.subject == subject)
    return tuple(session.exec(query.order_by(col(LearntContact.id))).all())


def waiting_contacts(session: Session, limit: int = 500, *, after: int = 0) -> tuple[LearntContact, ...]:
    """What was learnt and nobody has decided about yet, the oldest first; ``after``: only numbers above this one."""
    waiting = select(LearntContact).where(col(LearntContact.decided_at).is_(None), col(LearntContact.id) > after)
    return tuple(session.exec(waiting.order_by(col(LearntContact.id)).limit(limit)).all())


def find_learnt(session: Session, number: int) -> LearntContact:
    """The row. Raises ContactDecisionError."""
    row = session.get(LearntContact, number)
    if row is None:
        raise ContactMissingError(
            f"there is no learnt contact {number}; `lachan contacts list` shows what waits",
            f"không có liên hệ thu thập {number}; `lachan contacts list` liệt kê những gì đang chờ",
        )
    return row


def _check(kind: ChannelKind, value: str, actor: str, reason: str) -> None:
    if not actor.strip() or not reason.strip():
        raise ContactDecisionError(
            "a decision about a contact needs a person's name and a reason; give both",
            "quyết định về liên hệ cần tên người và lý do; nêu cả hai",
        )
    if not value:
        raise ContactDecisionError(
            "there is no address to decide about; give it as it was checked",
            "không có địa chỉ nào để quyết định; ghi đúng như đã kiểm tra",
        )
    if problem := channel_problem(kind, value):
        raise ContactDecisionError(*problem)
