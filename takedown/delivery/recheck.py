"""Right before a mail leaves: is the page still there, at the same host, and is the contact still good?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from seeds import registrable_domain
from storage.models import Case, Notice, NoticeUrl, Observation, Verification
from takedown.lifecycle import CaseState
from takedown.notices import NoticeState
from takedown.recipients import load_recipients
from takedown.recipients.confirmation import current_recipient
from takedown.recipients.contacts import traits_of
from takedown.recipients.model import ContactState
from takedown.situation import newest_record
from takedown.verification import SHOWN

SEEN_WITHIN = timedelta(hours=72)
JUDGEMENTS = 100  # newer ones of a case that are looked through
_ACTIVE = frozenset({CaseState.REQUESTED, CaseState.WAITING, CaseState.ESCALATED})


def objections(session: Session, notice: Notice, *, now: datetime) -> tuple[str, ...]:
    """Why this mail must not leave as it is; empty where nothing changed since it was released."""
    if notice.state != NoticeState.RELEASED:
        return (f"the notice is `{notice.state}`",)
    if notice.kind == "withdrawal":
        return ()
    case = session.get_one(Case, notice.case_id)
    found = [] if case.state in _ACTIVE else [f"the case is `{case.state}`"]
    rows = session.exec(select(NoticeUrl).where(NoticeUrl.notice_id == notice.id)).all()
    for row in rows:
        found += _page(session, notice.case_id, row, now) + _host(session, notice, row)
    return (*found, *_contact(session, notice, [row.host for row in rows], now))


def _page(session: Session, case_id: int, row: NoticeUrl, now: datetime) -> list[str]:
    """A judgement newer than the capture that says the page is gone, or no recent sight of it at all."""
    seen = session.exec(
        select(Observation.observed_at)
        .where(Observation.host == row.host, col(Observation.outcome).in_(SHOWN))
        .order_by(col(Observation.observed_at).desc())
        .limit(1)
    ).first()
    if seen is None or now - seen > SEEN_WITHIN:
        return [f"{row.host} was not seen within {SEEN_WITHIN.total_seconds() / 3600:.0f} hours"]
    # By host: the case's address and the one that it led to differ.
    newer = session.exec(
        select(Verification)
        .where(Verification.case_id == case_id, col(Verification.at) > seen)
        .order_by(col(Verification.at).desc())
        .limit(JUDGEMENTS)
    )
    judged = next((each for each in newer if (urlsplit(each.url).hostname or "") == row.host), None)
    gone = judged is not None and judged.verdict in {"removed", "suspended", "parked", "dns_hold"}
    return [f"{row.host} seems to be down already: {judged.verdict}"] if gone and judged is not None else []


def _host(session: Session, notice: Notice, row: NoticeUrl) -> list[str]:
    """Whether newer look-ups still lead to this recipient, where it was told as the host."""
    recipient = load_recipients().get(notice.recipient_id)
    if recipient is None or not recipient.networks:
        return []
    record = newest_record(session, registrable_domain(row.host))
    if record is None or record.looked_up_at <= notice.prepared_at:
        return []
    numbers = {entry.asn for entry in traits_of(record.facts, record.looked_up_at).networks if entry.asn}
    if numbers and not numbers & set(recipient.networks):
        return [f"{row.host} has moved to another network since the notice was prepared"]
    return []


def _contact(session: Session, notice: Notice, hosts: Iterable[str], now: datetime) -> list[str]:
    """Whether a person's word, or what registries say today, still leads to the address."""
    if notice.recipient_id.startswith("owner:"):
        return []  # let out of quarantine by a person, which only a person takes back
    recipient = load_recipients().get(notice.recipient_id)
    if recipient is not None:
        current = current_recipient(session, recipient, now=now)
        if any(channel.value == notice.address for channel in current.usable_channels()):
            return []
        refused = {channel.value for channel in current.channels if channel.state is ContactState.QUARANTINED}
        if notice.address in refused:
            return [f"the address {notice.address} of {notice.recipient_name} was refused by a person"]
    if any(notice.address in _named(session, host) for host in hosts):
        return []
    return [f"the address {notice.address} of {notice.recipient_name} is no longer confirmed"]


def _named(session: Session, host: str) -> set[str]:
    """The abuse addresses that registries name for a host and its domain."""
    record = newest_record(session, registrable_domain(host))
    if record is None:
        return set()
    traits = traits_of(record.facts, record.looked_up_at)
    return {*traits.registrar_emails, *(email for network in traits.networks for email in network.abuse_emails)}
