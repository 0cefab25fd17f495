"""Checks sealed evidence: bytes, manifest, rows, time-stamp and audit log, one observation or all of them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from sqlmodel import Session, col, or_, select

from crawler.evidence.assessed import row_digest
from crawler.evidence.assessment_checks import check_assessments, number_of
from crawler.evidence.faults import EvidenceReport, Fault
from crawler.evidence.file_checks import check_files
from crawler.evidence.manifest import TOKEN
from crawler.evidence.seal import SEALED, subject_of
from crawler.evidence.timestamp import STAMP_ADDED, STAMP_FAILED
from crawler.evidence.token_check import load_roots
from storage.artifacts import ArtifactStore
from storage.audit import GENESIS, verify_audit
from storage.models import Assessment, AuditEntry, Observation, ObservationFile
from storage.walk import FRESH, Unreadable, get_row, readable, walk
from storage.witness import Witness

__all__ = [
    "EvidenceReport",
    "Fault",
    "case_visits",
    "chain_faults",
    "verify_all",
    "verify_case",
    "verify_observation",
    "verify_some",
]

AUDIT_LOG = "audit log"
_PASSING = re.compile(r"\.[0-9a-f]{32}\.partial")  # what a kill leaves where the file system has no nameless files


def verify_observation(
    session: Session, store: ArtifactStore, observation_id: int, ca: Path | None = None
) -> EvidenceReport:
    """Checks one observation, its audit entries and the whole audit chain.

    ``ca``: PEM file of the roots that time-stamps must lead to. Raises TimestampError for a bad ``ca``,
    ArtifactStoreUnavailableError where the store cannot be reached.
    """
    roots = load_roots(ca)
    row = get_row(session, select(Observation), col(Observation.id), observation_id)
    entries = list(readable(session, _entries_of([subject_of(observation_id)]), col(AuditEntry.sequence)))
    chain = tuple(chain_faults(session))
    if isinstance(row, Unreadable):
        return EvidenceReport(observation_id, faults=(*_unreadable(observation_id, row.reason).faults, *chain))
    if row is None:
        return EvidenceReport(observation_id, faults=(_gone(observation_id), *chain))
    if not row.manifest_digest:
        sealed = [_disagrees(entry, "no manifest") for entry in entries if entry.action == SEALED]
        unsealed = Fault("row", "manifest.sha256", "a sealed observation", "one of which only the outcome was kept")
        return EvidenceReport(observation_id, row.url, faults=(*sealed, *([] if sealed else [unsealed]), *chain))
    report = _check(session, store, row, entries, roots)
    backwards = [fault for entry in entries if (fault := _entry_fault(entry, row))]
    return EvidenceReport(
        observation_id,
        row.url,
        report.files,
        report.bytes_read,
        report.timestamp,
        (*dict.fromkeys((*report.faults, *backwards)), *chain),
    )


def verify_some(
    session: Session, store: ArtifactStore, observation_ids: Sequence[int], ca: Path | None = None
) -> Iterator[EvidenceReport]:
    """One report for each of these observations, and one with number 0 for the audit chain. Raises likewise."""
    roots = load_roots(ca)
    for number in observation_ids:
        row = get_row(session, select(Observation), col(Observation.id), number)
        if isinstance(row, Unreadable):
            yield _unreadable(number, row.reason)
            continue
        if row is None or not row.manifest_digest:
            yield EvidenceReport(number, faults=(_gone(number),))
            continue
        yield _check(session, store, row, _hinted_entries(session, [row])[number], roots)
    yield EvidenceReport(0, faults=tuple(chain_faults(session)))


def verify_case(
    session: Session, store: ArtifactStore, host: str, ca: Path | None = None, witness: Witness | None = None
) -> Iterator[EvidenceReport]:
    """Checks all that belongs to one site: its sealed visits, those that the log knows and nobody finds any more, its
    assessments with the answers that they rest on, and at last, with number 0, the audit chain. Raises likewise."""
    present = case_visits(session, host)
    yield from verify_some(session, store, sorted({*present, *_logged_visits(session, host)}), ca)
    yield from check_assessments(session, store, host)
    yield EvidenceReport(0, faults=tuple(_witness_faults(session, witness)))


def case_visits(session: Session, host: str) -> list[int]:
    """The sealed visits of a site: those of its assessments, and those whose row bears its name."""
    of_site = col(Observation.assessment_id).in_(select(Assessment.id).where(Assessment.host == host))
    query = select(Observation.id).where(or_(of_site, Observation.host == host), Observation.manifest_digest != "")
    return sorted(number for number in session.exec(query) if number is not None)


def _logged_visits(session: Session, host: str) -> Iterator[int]:
    """The visits of a site as the log alone tells them, whatever became of their rows."""
    query = select(AuditEntry).where(AuditEntry.action == SEALED)
    for entry in readable(session, query, col(AuditEntry.sequence)):
        if entry.detail.get("host") == host:
            yield number_of(entry.subject)
        session.expunge(entry)


def verify_all(
    session: Session, store: ArtifactStore, ca: Path | None = None, witness: Witness | None = None
) -> Iterator[EvidenceReport]:
    """Checks everything that was ever sealed, in flat memory: one report an observation, in the order of sealing.

    Then one more for each observation that the audit log knows otherwise than its row (gone, unsealed, its token
    taken away), and with number 0 one for each assessment, and at last one for the audit chain and foreign files in
    the store. ``witness``: the heads that were noted outside of the database, each of which must be in the log.
    Raises as ``verify_observation``, and OSError where the witness cannot be read.
    """
    roots = load_roots(ca)
    sealed = select(Observation).where(Observation.manifest_digest != "")
    for page in walk(session, sealed, col(Observation.id)):
        rows = [row for row in page if isinstance(row, Observation)]
        yield from (_unreadable(row.key, row.reason) for row in page if isinstance(row, Unreadable))
        entries = _hinted_entries(session, rows)
        for row in rows:
            yield _check(session, store, row, entries.get(row.id or 0, ()), roots)
            session.expunge(row)
    yield from _walk_audit(session)
    yield from check_assessments(session, store)
    strangers = (name for name in store.strangers() if not _PASSING.fullmatch(name.rpartition("/")[2]))
    foreign = tuple(
        Fault("added", name[:200], "digests only in the evidence store", "a foreign file") for name in strangers
    )
    yield EvidenceReport(0, faults=(*chain_faults(session), *_witness_faults(session, witness), *foreign))


def _check(
    session: Session,
    store: ArtifactStore,
    row: Observation,
    entries: Sequence[AuditEntry],
    roots: tuple[x509.Certificate, ...],
) -> EvidenceReport:
    assert row.id is not None
    query = select(ObservationFile).where(ObservationFile.observation_id == row.id).order_by(ObservationFile.name)
    files = session.exec(query, execution_options=FRESH).all()
    tally = check_files(store, row, files, roots)
    faults = [*tally.faults, *_audit_faults(row, entries), *_anchor_faults(session, row)]
    for file in files:
        session.expunge(file)
    return EvidenceReport(row.id, row.url, tally.files, tally.bytes_read, tally.timestamp, tuple(faults))


def _audit_faults(row: Observation, entries: Sequence[AuditEntry]) -> Iterator[Fault]:
    """Whether the log knows this manifest and this token."""
    manifests = [str(entry.detail.get("manifest")) for entry in entries if entry.action == SEALED]
    if row.manifest_digest not in manifests:
        found = f"an entry for {manifests[0]}" if manifests else "no such entry"
        yield Fault("audit", AUDIT_LOG, f"«{SEALED}» with manifest {row.manifest_digest}", found)
    for entry in (entry for entry in entries if entry.action == SEALED):
        for name, held in (("host", row.host), ("assessment", row.assessment_id)):
            if entry.detail.get(name) is not None and entry.detail[name] != held:
                expected = f"{name} {entry.detail[name]} as in audit entry {entry.sequence}"
                yield Fault("row", "observation", expected, f"{name} {held}")
    states = [str(entry.detail.get("timestamp")) for entry in entries if entry.action == SEALED]
    if states and not row.timestamp_digest and row.timestamp_state not in states:
        yield Fault("row", "manifest.tsr", f"«{states[0]}» as in the {AUDIT_LOG}", f"«{row.timestamp_state}»")
    yield from _content_faults(row, entries)
    tokens = {str(entry.detail["token"]) for entry in entries if "token" in entry.detail}
    if row.timestamp_digest and row.timestamp_digest not in tokens:
        found = f"an entry for {min(tokens)}" if tokens else "no such entry"
        yield Fault("audit", AUDIT_LOG, f"«{STAMP_ADDED}» with token {row.timestamp_digest}", found)


def _content_faults(row: Observation, entries: Sequence[AuditEntry]) -> Iterator[Fault]:
    """The row's own words, title among them, and why there is no token yet, as they were logged."""
    for entry in (entry for entry in entries if entry.action == SEALED and "sha256" in entry.detail):
        columns = entry.detail.get("columns")
        found = row_digest(row, [str(name) for name in columns]) if isinstance(columns, list) else "no columns named"
        if found != entry.detail["sha256"]:
            expected = f"content {entry.detail['sha256']} as in audit entry {entry.sequence}"
            yield Fault("row", "observation", expected, found)
        reasons = {str(each.detail.get("reason", "")) for each in entries if each.action in {SEALED, STAMP_FAILED}}
        if row.timestamp_reason not in ({""} if row.timestamp_digest else reasons):
            yield Fault("row", TOKEN, "a reason that the log knows", repr(row.timestamp_reason)[:200])


def _anchor_faults(session: Session, row: Observation) -> Iterator[Fault]:
    """The head of the log that was noted at sealing must still be in it."""
    head = str((row.recipe.get("audit_head") if isinstance(row.recipe, dict) else "") or GENESIS)
    if head != GENESIS and session.exec(select(AuditEntry.sequence).where(AuditEntry.digest == head)).first() is None:
        yield Fault("audit", AUDIT_LOG, f"entry {head}, the newest when this was sealed", "no such entry")


def chain_faults(session: Session) -> Iterator[Fault]:
    """Every place at which the audit log does not hold in itself."""
    for fault in verify_audit(session).faults:
        yield Fault("audit", AUDIT_LOG, "an unbroken chain", f"entry {fault.sequence} {fault.reason}")


def _witness_faults(session: Session, witness: Witness | None) -> Iterator[Fault]:
    """A chain that was cut is whole in itself: only heads noted elsewhere tell."""
    for words in witness.check(session).faults if witness is not None else ():
        yield Fault("audit", AUDIT_LOG, "every head that its witness noted", words)


def _unreadable(number: int, reason: str) -> EvidenceReport:
    return EvidenceReport(number, faults=(Fault("unreadable", "row", "a row as it was written", reason),))


def _hinted_entries(session: Session, rows: Sequence[Observation]) -> dict[int, list[AuditEntry]]:
    """The entries of these observations, found where their rows say; where that is wrong, by searching the log."""
    recipes = [row.recipe for row in rows if isinstance(row.recipe, dict)]
    hints = {recipe.get(name) for recipe in recipes for name in ("audit_sequence", "stamp_sequence")}
    sequences = [hint for hint in hints if isinstance(hint, int)]
    query = select(AuditEntry).where(col(AuditEntry.sequence).in_(sequences))
    by_subject: dict[str, list[AuditEntry]] = {subject_of(row.id or 0): [] for row in rows}
    for entry in readable(session, query, col(AuditEntry.sequence)):
        by_subject.get(entry.subject, []).append(entry)
    doubtful = [subject_of(row.id or 0) for row in rows if any(_audit_faults(row, by_subject[subject_of(row.id or 0)]))]
    for entry in readable(session, _entries_of(doubtful), col(AuditEntry.sequence)) if doubtful else ():
        by_subject[entry.subject].append(entry)
    return {row.id or 0: by_subject[subject_of(row.id or 0)] for row in rows}


def _entries_of(subjects: Sequence[str]):  # type: ignore[no-untyped-def]  # sqlmodel's select types are internal
    return select(AuditEntry).where(
        col(AuditEntry.subject).in_(subjects), col(AuditEntry.action).in_((SEALED, STAMP_ADDED, STAMP_FAILED))
    )


def _walk_audit(session: Session) -> Iterator[EvidenceReport]:
    """From the log to the rows: what was sealed must still be there, with the same manifest and token."""
    query = select(AuditEntry).where(col(AuditEntry.action).in_((SEALED, STAMP_ADDED)))
    for page in walk(session, query, col(AuditEntry.sequence)):
        entries = [entry for entry in page if isinstance(entry, AuditEntry)]
        named = select(Observation).where(col(Observation.id).in_([number_of(entry.subject) for entry in entries]))
        found = [row for rows in walk(session, named, col(Observation.id)) for row in rows]
        broken = {subject_of(row.key) for row in found if isinstance(row, Unreadable)}  # named with the rows themselves
        rows = {subject_of(row.id or 0): row for row in found if isinstance(row, Observation)}
        for entry in entries:
            fault = None if entry.subject in broken else _entry_fault(entry, rows.get(entry.subject))
            if fault:
                yield EvidenceReport(number_of(entry.subject), faults=(fault,))
        for seen in (*entries, *rows.values()):
            session.expunge(seen)


def _entry_fault(entry: AuditEntry, row: Observation | None) -> Fault | None:
    if row is None:
        return _gone(number_of(entry.subject))
    if entry.action == SEALED and entry.detail.get("manifest") != row.manifest_digest:
        return _disagrees(entry, row.manifest_digest or "no manifest")
    token = entry.detail.get("token")
    if token and token != row.timestamp_digest:
        found = row.timestamp_digest or f"none, and «{row.timestamp_state}»"
        return Fault("token", "manifest.tsr", f"{token} as in audit entry {entry.sequence}", found)
    return None


def _disagrees(entry: AuditEntry, found: str) -> Fault:
    sealed = entry.detail.get("manifest")
    return Fault("altered", "manifest.sha256", f"{sealed} as in audit entry {entry.sequence}", found)


def _gone(observation_id: int) -> Fault:
    return Fault("missing", "row", f"observation {observation_id}", "no such row")
