"""Packs sealed observations into one archive that a third party can check without this program."""

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlmodel import Session, col, select

from crawler.errors import EvidenceError
from crawler.evidence import assessed, seal
from crawler.evidence.bundle_assessments import Conclusion, conclusions_of, files_of, listed
from crawler.evidence.bundle_audit import audit_lines
from crawler.evidence.bundle_page import page_of
from crawler.evidence.bundle_texts import AssessmentEntry, BundleEntry, audit_checker, compose_readme
from crawler.evidence.faults import EvidenceReport
from crawler.evidence.manifest import MANIFEST, MEDIA_TYPES, TOKEN
from crawler.evidence.recipe import dump_json, instant
from crawler.evidence.timestamp import STAMPED, UNANCHORED
from crawler.evidence.verify import case_visits, verify_case, verify_some
from crawler.evidence.wacz import WaczSource, fixed_entry, write_wacz
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import Assessment, Case, Observation, ObservationFile

EXPORTED = "evidence.exported"
MAX_OBSERVATIONS = 2000
_STORED_SUFFIXES = (".gz", ".jpg", ".png", ".webp", ".wacz")


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What was written. ``size`` in bytes; ``digest`` SHA-256 of the archive; ``unstamped``: observations without a
    time-stamp yet, each with its state."""

    path: Path
    size: int
    digest: str
    observations: tuple[int, ...]
    files: int
    unstamped: tuple[tuple[int, str], ...] = ()
    assessments: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """One observation to be packed, and the names and digests of its files, manifest and token included."""

    row: Observation
    folder: str
    files: Mapping[str, str] = field(default_factory=dict)
    unanchored: bool = False  # its token leads to none of the roots that are packed


def export_bundle(
    session: Session,
    store: ArtifactStore,
    *,
    out: Path,
    title: str,
    observation_ids: Sequence[int] = (),
    case_id: int | None = None,
    ca: Path | None = None,
    actor: str = "",
    now: datetime | None = None,
) -> BundleReport:
    """Verifies the observations (those given, and those of the case) and writes them, with the assessments that rest on
    them and the answers about the domain, as a zip to ``out``, all at once.

    ``ca``: PEM file of the time-stamp authorities' roots, used and packed. With ``actor`` and ``now`` the export is
    noted in the audit log, in the caller's transaction. The same evidence gives the same bytes.
    Raises EvidenceError where there is nothing sealed, something does not hold, or ``out`` cannot be written.
    """
    numbers = [*observation_ids, *(case_observations(session, case_id) if case_id is not None else ())]
    pieces = _load_pieces(session, sorted(set(numbers)))
    unanchored = _verify(_reports(session, store, [piece.row.id or 0 for piece in pieces], case_id, ca))
    pieces = [replace(piece, unanchored=piece.row.id in unanchored) for piece in pieces]
    concluded = _conclusions(session, pieces, case_id)
    partial = out.with_name(f".{out.name}.partial")
    try:
        with partial.open("wb") as file:
            count = _write(file, session, store, pieces, concluded, _inert(title), ca)
            file.flush()
            os.fsync(file.fileno())
        size, digest = partial.stat().st_size, file_digest(partial)
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise EvidenceError(f"{out}: {error.strerror or error}; choose a folder that can be written") from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    numbers = [piece.row.id or 0 for piece in pieces]
    report = BundleReport(out, size, digest, tuple(numbers), count, _unstamped(pieces), len(concluded))
    if actor and now:
        detail = {"observations": list(report.observations), "sha256": digest, "bytes": size}
        record_audit(session, at=now, actor=actor, action=EXPORTED, subject=f"bundle:{digest}", detail=detail)
    return report


def case_observations(session: Session, case_id: int) -> list[int]:
    """The sealed observations of all assessments of a case's host. Raises EvidenceError where there is no such case."""
    case = session.get(Case, case_id)
    if case is None:
        raise EvidenceError(f"there is no case {case_id}; `lachan cases` lists them")
    query = (
        select(Observation.id)
        .join(Assessment, col(Assessment.id) == col(Observation.assessment_id))
        .where(Assessment.host == case.host, Observation.manifest_digest != "")
        .order_by(col(Observation.id).desc())
        .limit(MAX_OBSERVATIONS)
    )
    return sorted(number for number in session.exec(query) if number is not None)


def _load_pieces(session: Session, numbers: Sequence[int]) -> list[_Piece]:
    if not numbers:
        raise EvidenceError("nothing was sealed for this case; sweep the site again with LACHAN_SEAL=all")
    if len(numbers) > MAX_OBSERVATIONS:
        raise EvidenceError(f"{len(numbers)} observations are too many for one bundle; name at most {MAX_OBSERVATIONS}")
    return [_load_piece(session, number) for number in numbers]


def _load_piece(session: Session, number: int) -> _Piece:
    row = session.get(Observation, number)
    if row is None or not row.manifest_digest:
        raise EvidenceError(f"observation {number} {'is not sealed' if row else 'does not exist'}: nothing to export")
    files = session.exec(select(ObservationFile).where(ObservationFile.observation_id == number)).all()
    digests = {file.name: file.digest for file in files if file.name in MEDIA_TYPES}
    digests[MANIFEST] = row.manifest_digest
    if row.timestamp_digest:
        digests[TOKEN] = row.timestamp_digest
    return _Piece(row, f"observation-{number:06d}", digests)


def _reports(
    session: Session, store: ArtifactStore, numbers: Sequence[int], case_id: int | None, ca: Path | None
) -> Iterator[EvidenceReport]:
    """A case is checked as a whole: what the log knows of its site must be there, and what was concluded hold."""
    case = session.get(Case, case_id) if case_id is not None else None
    of_case = set(case_visits(session, case.host)) if case else set()
    yield from verify_some(session, store, [number for number in numbers if number not in of_case], ca)
    if case:
        yield from verify_case(session, store, case.host, ca)


def _verify(reports: Iterable[EvidenceReport]) -> frozenset[int]:
    """The observations whose token leads to none of our roots. Raises EvidenceError where one does not hold."""
    unanchored = set()
    for report in reports:
        if report.timestamp.startswith(UNANCHORED):
            unanchored.add(report.observation_id)
        if not report.holds:
            what = f"observation {report.observation_id}" if report.observation_id else "the record"
            words = "; ".join(str(fault) for fault in report.faults[:3])
            raise EvidenceError(f"{what} does not hold and is not exported ({words}); see `lachan evidence verify`")
    return frozenset(unanchored)


def _conclusions(session: Session, pieces: Sequence[_Piece], case_id: int | None) -> list[Conclusion]:
    case = session.get(Case, case_id) if case_id is not None else None
    numbers = [piece.row.assessment_id for piece in pieces if piece.row.assessment_id is not None]
    return conclusions_of(session, numbers, case.host if case else None)


def _write(
    file: IO[bytes],
    session: Session,
    store: ArtifactStore,
    pieces: Sequence[_Piece],
    concluded: Sequence[Conclusion],
    title: str,
    ca: Path | None,
) -> int:
    subjects = [seal.subject_of(piece.row.id or 0) for piece in pieces]
    subjects += [assessed.subject_of(each.row.id or 0) for each in concluded]
    listing = {
        "title": title,
        "observations": [_summary(piece) for piece in pieces],
        "assessments": [listed(each) for each in concluded],
    }
    entries, judged = [_entry(piece) for piece in pieces], [_assessment_entry(each) for each in concluded]
    with zipfile.ZipFile(file, "w") as archive:
        bundle = _Bundle(archive)
        for piece in pieces:
            for name, digest in sorted(piece.files.items()):
                bundle.add(f"{piece.folder}/{name}", store.get(digest))
        for path, data in files_of(concluded, store):
            bundle.add(path, data)
        for vantage, seen in _by_vantage(pieces):
            bundle.add_wacz(f"evidence-{vantage}.wacz", store, seen, f"{title} ({vantage})")
        bundle.add("audit.jsonl", b"".join(audit_lines(session, subjects)))
        bundle.add("check_audit.py", audit_checker().encode())
        bundle.add("bundle.json", dump_json(listing))
        if ca is not None:
            bundle.add("authorities.pem", ca.read_bytes())
        bundle.add("README.md", compose_readme(title, entries, judged, roots_known=ca is not None).encode())
        return bundle.close()


class _Bundle:
    """Adds files to the zip and keeps their digests for SHA256SUMS."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._sums: dict[str, str] = {}

    def add(self, path: str, data: bytes) -> None:
        compression = zipfile.ZIP_STORED if path.endswith(_STORED_SUFFIXES) else zipfile.ZIP_DEFLATED
        self._archive.writestr(fixed_entry(path, compression), data)
        self._sums[path] = hashlib.sha256(data).hexdigest()

    def add_wacz(self, path: str, store: ArtifactStore, pieces: Sequence[_Piece], title: str) -> None:
        created = max(str(piece.row.recipe.get("sealed_at", "")) for piece in pieces)[:19] + "Z"
        with tempfile.TemporaryFile() as spool:
            write_wacz(spool, _sources(store, pieces), title=title, created=created)
            size = spool.tell()
            spool.seek(0)
            self._sums[path] = self._copy(path, spool, size)

    def close(self) -> int:
        sums = "".join(f"{digest}  {path}\n" for path, digest in sorted(self._sums.items()))
        self._archive.writestr(fixed_entry("SHA256SUMS", zipfile.ZIP_DEFLATED), sums)
        return len(self._sums) + 1

    def _copy(self, path: str, source: IO[bytes], size: int) -> str:
        entry, digest = fixed_entry(path, zipfile.ZIP_STORED), hashlib.sha256()
        entry.file_size = size  # so that the zip knows whether it needs 64-bit sizes
        with self._archive.open(entry, "w") as target:
            while block := source.read(1 << 20):
                digest.update(block)
                target.write(block)
        return digest.hexdigest()


def _by_vantage(pieces: Sequence[_Piece]) -> Iterator[tuple[str, list[_Piece]]]:
    """The visits of each vantage apart: replay finds a page by address and second, and a site that shows a phone what
    it hides from a desktop is seen by both in the same second."""
    named = {piece.folder: re.sub(r"[^a-z0-9]+", "-", piece.row.vantage.lower()) or "other" for piece in pieces}
    for vantage in sorted(set(named.values())):
        yield vantage, [piece for piece in pieces if named[piece.folder] == vantage]


def _sources(store: ArtifactStore, pieces: Sequence[_Piece]) -> Iterator[WaczSource]:
    for piece in pieces:
        warc = store.get(piece.files["response.warc.gz"])
        dom = store.get(piece.files["dom.html"]) if "dom.html" in piece.files else b""
        yield WaczSource(f"{piece.folder}.warc.gz", warc, page_of(piece.folder, warc, dom, piece.row.final_url))


def _summary(piece: _Piece) -> dict[str, object]:
    row = piece.row
    return {
        "folder": piece.folder,
        "observation": row.id,
        "url": row.url,
        "final_url": row.final_url,
        "observed_at": instant(row.observed_at),
        "vantage": row.vantage,
        "outcome": row.outcome,
        "manifest_sha256": row.manifest_digest,
        "timestamp": row.timestamp_state,
        "timestamp_reason": row.timestamp_reason,
    }


def _entry(piece: _Piece) -> BundleEntry:
    row = piece.row
    told = "its root is not in authorities.pem" if piece.unanchored else row.timestamp_reason
    reason = f" ({_inert(told)[:120]})" if told else ""
    return BundleEntry(
        folder=piece.folder,
        url=_inert(row.url)[:200],
        observed_at=instant(row.observed_at)[:19],
        vantage=_inert(row.vantage),
        outcome=_inert(row.outcome),
        timestamp=f"{row.timestamp_state}{reason}",
        stamped=bool(row.timestamp_digest),
    )


def _assessment_entry(conclusion: Conclusion) -> AssessmentEntry:
    row = conclusion.row
    return AssessmentEntry(
        folder=conclusion.folder,
        url=_inert(row.url)[:200],
        assessed_at=instant(row.assessed_at)[:19],
        level=_inert(row.level),
        points=f"{row.points:+.1f}",
        rule_set=_inert(row.rule_set),
        answers=conclusion.answers.folder if conclusion.answers else "",
    )


def _inert(text: str) -> str:
    """One printable line without anything that Markdown or a terminal would act on."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return shown.translate({ord(mark): " " for mark in "|`<>[]"}).strip()[:300]


def _unstamped(pieces: Sequence[_Piece]) -> tuple[tuple[int, str], ...]:
    return tuple((p.row.id or 0, p.row.timestamp_state) for p in pieces if p.row.timestamp_state != STAMPED)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in flat memory. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
