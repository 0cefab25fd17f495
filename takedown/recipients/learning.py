"""Contacts that somebody wrote into a page or a registry's free text: in quarantine, of no use until decided."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.artifacts import ArtifactStore
from storage.errors import StorageError
from storage.models import DomainRecord, LearntContact
from storage.sealed_answers import read_answer
from storage.vault import Vault
from takedown.recipients.confirmation import quarantine_contact
from takedown.recipients.load import channel_problem
from takedown.recipients.model import ChannelKind

MAX_LEARNT = 20  # of one answer: a hostile one may hold thousands
MAX_READ = 200_000  # bytes of an answer
_EMAIL = re.compile(rb"(?<![\w.+-])[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_TEXTS = ("rdap", "rdap_registrar", "whois", "contract", "officer")


def learn_from_record(
    session: Session, store: ArtifactStore, vault: Vault | None, record: DomainRecord, *, now: datetime
) -> int:
    """Puts every address of the record's raw answers that no registry names as its abuse contact into quarantine.

    Returns how many are new. An answer that the store cannot give is passed over: nothing is learnt from it.
    """
    trusted = {str(address).lower() for address in _trusted(record.facts)}
    new = 0
    for service, digest in sorted(record.raw.items()):
        if not service.startswith(_TEXTS) or not isinstance(digest, str):
            continue
        try:
            text = read_answer(store, vault, record, service)[:MAX_READ]
        except StorageError:
            continue
        source = f"{service}, {record.domain}, {record.looked_up_at.isoformat()}"
        for address in emails_in(text):
            if address not in trusted:
                new += learn_email(session, "domain", record.domain, address, source=source, artifact=digest, now=now)
    return new


def learn_email(
    session: Session, subject_kind: str, subject: str, address: str, *, source: str, now: datetime, artifact: str = ""
) -> bool:
    """One address into quarantine; False where it is there already or is none that could ever be written to."""
    address = address.strip().lower()
    if not address or channel_problem(ChannelKind.EMAIL, address):
        return False
    row: LearntContact = quarantine_contact(
        session,
        subject_kind=subject_kind,
        subject=subject,
        kind=ChannelKind.EMAIL,
        value=address,
        source=source,
        now=now,
        artifact=artifact,
    )
    return row.learnt_at == now and row.source == source


def emails_in(text: bytes) -> tuple[str, ...]:
    """The first e-mail addresses of a text, each once, in lower case."""
    found: dict[str, None] = {}
    for match in _EMAIL.finditer(text):
        found.setdefault(match[0].decode("ascii").lower())
        if len(found) >= MAX_LEARNT:
            break
    return tuple(found)


def _trusted(facts: Mapping[str, Any]) -> Iterator[object]:
    """What registries of names and of addresses themselves name in the role «abuse»."""
    for holder in (facts, *(entry for entry in facts.get("networks") or () if isinstance(entry, dict))):
        named = holder.get("abuse_emails")
        yield from named if isinstance(named, list) else ()
