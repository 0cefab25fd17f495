"""Checks an exported bundle against our own audit log: the file as a whole, and each thing that is in it."""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from crawler.errors import EvidenceError
from crawler.evidence.assessed import ASSESSED
from crawler.evidence.bundle_assessments import ASSESSMENT_FILE, RECORD_FILE, answer_file
from crawler.evidence.export import EXPORTED, file_digest
from crawler.evidence.faults import EvidenceReport, Fault
from crawler.evidence.manifest import MANIFEST, TOKEN
from crawler.evidence.resealing import RESEALED
from crawler.evidence.seal import SEALED
from crawler.evidence.verify import chain_faults
from storage.models import AuditEntry

SUMS = "SHA256SUMS"
MAX_MEMBERS = 100_000
MAX_BYTES = 64_000_000_000  # unpacked, of all members together
MAX_LIST_BYTES = 50_000_000  # of one list, which is held in memory
MAX_LISTS_BYTES = 500_000_000  # of all of them
_BLOCK = 1 << 20
_STEP = 500
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)
_LINE = re.compile(r"([0-9a-f]{64})  (.{1,300})", re.ASCII)
_FOLDER = re.compile(r"(observation|assessment)-(\d{6,12})", re.ASCII)


@dataclass(slots=True)
class _Opened:
    """The digests of all members, and the lists among them."""

    digests: dict[str, str] = field(default_factory=dict)
    lists: dict[str, bytes] = field(default_factory=dict)
    size: int = 0

    def listed(self, name: str) -> dict[str, str]:
        """Name to digest, of a list as sha256sum writes it."""
        lines = self.lists.get(name, b"").decode("utf-8", "replace").splitlines()
        return {match[2]: match[1] for line in lines if (match := _LINE.fullmatch(line))}

    def json(self, name: str) -> Mapping[str, Any]:
        """A member's object, empty where there is none."""
        try:
            value = json.loads(self.lists.get(name, b"{}"))
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def check_bundle(session: Session, file: Path) -> Iterator[EvidenceReport]:
    """A report for each visit and each assessment in the bundle, then one with number 0 for the file as a whole and
    the audit log. A bundle that was packed anew is told from one of which the content changed. Raises OSError where
    the file cannot be read."""
    digest = file_digest(file)
    faults = [*chain_faults(session)]
    if not any(entry.action == EXPORTED for entry in _entries(session, [f"bundle:{digest}"])):
        faults.append(
            Fault("altered", file.name, "an export that the audit log knows", f"other bytes, digest {digest}")
        )
    try:
        opened = _read(file)
    except _BROKEN as error:
        yield EvidenceReport(0, faults=(*faults, Fault("unreadable", file.name, "a bundle", str(error)[:200])), files=1)
        return
    sums = opened.listed(SUMS)
    for name in sorted({*sums, *opened.digests} - {SUMS}):
        if sums.get(name) != opened.digests.get(name):
            faults.append(_differing(name, sums.get(name), opened.digests.get(name)))
    folders = {
        folder: match for name in opened.digests if (match := _FOLDER.fullmatch(folder := name.partition("/")[0]))
    }
    subjects = {folder: f"{match[1]}:{int(match[2])}" for folder, match in folders.items()}
    entries = _entries(session, sorted(subjects.values()))
    for folder, match in sorted(folders.items()):
        own = [entry for entry in entries if entry.subject == subjects[folder]]
        check = _check_visit if match[1] == "observation" else _check_assessment
        yield check(opened, folder, int(match[2]), own)
    yield EvidenceReport(0, faults=tuple(faults), files=len(opened.digests), bytes_read=opened.size)


def _read(file: Path) -> _Opened:
    """Raises one of _BROKEN."""
    opened, held = _Opened(), 0
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_BYTES:
            raise ValueError("more in it than any export has")
        for member in members:
            if member.filename in opened.digests:
                raise ValueError(f"{member.filename[:80]} is in it twice")
            keep = member.filename.endswith((SUMS, MANIFEST, ASSESSMENT_FILE, RECORD_FILE, "visit.json"))
            digest, kept = hashlib.sha256(), bytearray()
            with archive.open(member) as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    opened.size += len(block)
                    if keep and len(kept) <= MAX_LIST_BYTES:
                        kept += block
                        held += len(block)
                    if held > MAX_LISTS_BYTES:
                        raise ValueError("longer lists in it than any export has")
            opened.digests[member.filename] = digest.hexdigest()
            if keep:
                opened.lists[member.filename] = bytes(kept)
    return opened


def _check_visit(opened: _Opened, folder: str, number: int, entries: Sequence[AuditEntry]) -> EvidenceReport:
    url = str(opened.json(f"{folder}/visit.json").get("requested_url", ""))[:300]
    sealed = {str(entry.detail.get("manifest")) for entry in entries if entry.action == SEALED}
    tokens = {str(entry.detail["token"]) for entry in entries if "token" in entry.detail}
    faults = list(_against(opened, f"{folder}/{MANIFEST}", sealed))
    if tokens or f"{folder}/{TOKEN}" in opened.digests:
        faults += _against(opened, f"{folder}/{TOKEN}", tokens)
    own = opened.listed(f"{folder}/{MANIFEST}")
    here = {name.partition("/")[2]: digest for name, digest in opened.digests.items() if name.startswith(f"{folder}/")}
    for name in sorted({*own, *here} - {MANIFEST, TOKEN}):
        if own.get(name) != here.get(name):
            faults.append(_differing(f"{folder}/{name}", own.get(name), here.get(name)))
    return EvidenceReport(number, url, faults=tuple(faults))


def _check_assessment(opened: _Opened, folder: str, _: int, entries: Sequence[AuditEntry]) -> EvidenceReport:
    known = [entry.detail for entry in entries if entry.action == ASSESSED]
    faults = list(_against(opened, f"{folder}/{ASSESSMENT_FILE}", {str(told.get("sha256")) for told in known}))
    # A bundle of before an owner's name was taken out holds as one of after it does.
    later = {str(entry.detail["answers"]["sha256"]) for entry in entries if entry.action == RESEALED}
    for answers in (told["answers"] for told in known if isinstance(told.get("answers"), dict)):
        round_ = f"domain-{int(answers.get('record', 0)):06d}"
        faults += _against(opened, f"{round_}/{RECORD_FILE}", {str(answers.get("sha256")), *later})
        raw = opened.json(f"{round_}/{RECORD_FILE}").get("raw")
        for service, digest in sorted(raw.items()) if isinstance(raw, dict) else ():
            try:
                faults += _against(opened, f"{round_}/{answer_file(str(service))}", {str(digest)})
            except EvidenceError as error:
                faults.append(Fault("altered", f"{round_}/{RECORD_FILE}", "names of services", str(error)))
    return EvidenceReport(0, faults=tuple(faults), assessments=1)


def _against(opened: _Opened, name: str, known: set[str]) -> Iterator[Fault]:
    """A fault where a member is not what the log knows."""
    if opened.digests.get(name) not in known:
        yield Fault(
            "altered",
            name,
            f"{', '.join(sorted(known)) or 'nothing'} as in the log",
            opened.digests.get(name, "no such file"),
        )


def _differing(name: str, expected: str | None, found: str | None) -> Fault:
    kind = "added" if expected is None else "missing" if found is None else "altered"
    return Fault(kind, name[:200], expected or "nothing: no list names it", found or "no such file")


def _entries(session: Session, subjects: Sequence[str]) -> list[AuditEntry]:
    """All that the log says of these, a few hundred a question: the log is read through once for each."""
    found: list[AuditEntry] = []
    for start in range(0, len(subjects), _STEP):
        found += session.exec(select(AuditEntry).where(col(AuditEntry.subject).in_(subjects[start : start + _STEP])))
    return found
