"""The answer to police: a letter with an annex a domain, the same as CSV and JSON; every fact with its source."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.artifacts import ArtifactStore
from storage.models import RecordAsk, RecordRequest
from storage.vault import Vault
from takedown.actor import Actor, Role
from takedown.drafting import Letterhead, writer_of
from takedown.errors import RecordsError
from takedown.records.answers import Answer, answers_of
from takedown.records.asking import asks_of
from takedown.records.dossier_letter import DossierFacts, Part, compose_dossier, still_unknown
from takedown.records.held import Fact, read_held
from takedown.records.letters import DISCLOSE
from takedown.records.mails import mails_of
from takedown.records.requests import find_request, require_sealed, unseal_request
from takedown.records.sealing import SealedFile, data_key, open_file, seal_file, with_names
from takedown.records.states import RecordState, move, note
from takedown.reports.annex_files import inert_cell
from takedown.reports.check_code import check_code
from takedown.reports.content import VIETNAM, iso_instant
from takedown.reports.letter_docx import render_docx
from takedown.reports.letter_pdf import render_pdf
from takedown.words import word

DOSSIER = "dossier"
COLUMNS = ("item", "kind", "check_code", "fact", "value", "source", "at", "confidence", "standing")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class DossierFile:
    """One file of a dossier in the clear."""

    name: str
    data: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Its files: letter as PDF and DOCX, facts as CSV and JSON. ``unknown``: items of which nobody said anything."""

    request_id: int
    files: tuple[DossierFile, ...]
    items: int
    unknown: int


def build_dossier(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    request_id: int,
    *,
    head: Letterhead,
    actor: Actor,
    now: datetime,
) -> Dossier:
    """Draws everything; writes nothing. Raises RecordsError before the request was accepted, NotAllowedError,
    VaultError, NoticeError."""
    request = find_request(session, request_id)
    require_sealed(actor, request)
    if request.state in {RecordState.DRAFTED, RecordState.REFUSED}:
        raise RecordsError(
            f"request {request_id} is `{request.state}`: only an accepted request is answered",
            f"yêu cầu {request_id}: {word('record', request.state, 'vi')}; chỉ yêu cầu đã nhận mới được trả lời",
        )
    view, writer = unseal_request(session, vault, request), writer_of(session, head, actor, now)
    held = read_held(session, view.items, with_names(store, vault))
    answers = answers_of(session, data_key(vault, request), request_id)
    asks = asks_of(session, request_id)
    parts = tuple(
        Part(held[item.id], answers.get(item.id, ()), tuple(_asked_about(asks, item.id))) for item in view.items
    )
    signer = writer.offices.signer(writer.agency.signer, now.astimezone(VIETNAM).date())
    letter = compose_dossier(
        DossierFacts(view.asked, request_id, parts, writer.agency, signer.lines if signer else (), now)
    )
    stem = f"ho-so-{request_id}"
    files = (
        DossierFile(f"{stem}.pdf", render_pdf(letter), "application/pdf"),
        DossierFile(f"{stem}.docx", render_docx(letter), _DOCX),
        DossierFile(f"{stem}.csv", _csv(parts), "text/csv"),
        DossierFile(f"{stem}.json", _json(request, parts, now), "application/json"),
    )
    return Dossier(request_id, files, len(parts), sum(not part.held.facts and not part.answers for part in parts))


def dossier_archive(made: Dossier) -> bytes:
    """Its files as one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in made.files:
            archive.writestr(file.name, file.data)
    return out.getvalue()


def deliver_dossier(
    session: Session, store: ArtifactStore, vault: Vault, dossier: Dossier, *, reason: str, actor: Actor, now: datetime
) -> RecordRequest:
    """Seals the files as what was handed over and moves the request; by an approver. Raises RecordsError."""
    actor.require(Role.APPROVER)
    request = find_request(session, dossier.request_id)
    key = data_key(vault, request)
    number = 1 + max((int(e[0].rpartition("-")[2]) for e in request.files if e[0].startswith(DOSSIER)), default=0)
    kept = [
        seal_file(store, key, f"{DOSSIER}-{number}", file.name, file.data, file.media_type).row()
        for file in dossier.files
    ]
    request.files = [*request.files, *kept]
    session.add(request)
    session.flush()
    note_export(session, request, reason=reason, what=f"{DOSSIER}-{number}", actor=actor, now=now)
    return move(session, request, RecordState.DELIVERED, actor=actor, reason=reason, now=now)


def note_export(
    session: Session, request: RecordRequest, *, reason: str, what: str, actor: Actor, now: datetime
) -> None:
    """Personal data left the desk: who took it, and why. Raises NotAllowedError, RecordsError for no reason."""
    require_sealed(actor, request)
    _note_look(session, request, reason, what, actor, now)


def _note_look(session: Session, request: RecordRequest, reason: str, what: str, actor: Actor, now: datetime) -> None:
    if not reason.strip():
        raise RecordsError(
            "say why the personal data is exported: --reason", "nêu lý do lấy dữ liệu cá nhân ra: --reason"
        )
    note(session, request, "exported", actor, now, {"reason": reason, "what": what})


def fetch_file(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    request_id: int,
    name: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> DossierFile:
    """One sealed file of a request in the clear: its order, a delivered dossier, a letter. The newest of that name.

    What came by mail is for those who enter answers, whoever made the request.

    In a writing session: the look stands in the audit chain. Raises RecordsError, NotAllowedError, VaultError.
    """
    request = find_request(session, request_id)
    if actor.roles & {Role.REVIEWER, Role.APPROVER}:
        rows = [row for mail in mails_of(session, request_id) for row in mail.files if row[1] == name]
        if rows:
            return _taken_out(session, store, vault, request, SealedFile.of(rows[-1]), reason, actor, now)
    require_sealed(actor, request)
    rows = [*request.files, *(row for ask in asks_of(session, request_id) for row in ask.files)]
    found = [SealedFile.of(row) for row in rows if row[1] == name]
    if not found:
        raise RecordsError(
            f"request {request_id} has no file «{name[:80]}»; it has {', '.join(str(r[1]) for r in rows)}",
            f"yêu cầu {request_id} không có tệp «{name[:80]}»; có {', '.join(str(r[1]) for r in rows)}",
        )
    return _taken_out(session, store, vault, request, found[-1], reason, actor, now)


def _taken_out(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    request: RecordRequest,
    file: SealedFile,
    reason: str,
    actor: Actor,
    now: datetime,
) -> DossierFile:
    _note_look(session, request, reason, file.kind, actor, now)
    return DossierFile(file.name, open_file(store, data_key(vault, request), file), file.media_type)


def _asked_about(asks: tuple[RecordAsk, ...], item_id: int) -> list[RecordAsk]:
    return [ask for ask in asks if ask.kind == DISCLOSE and item_id in ask.items]


def _rows(part: Part) -> list[tuple[str, ...]]:
    subject = part.held.item.subject
    start = (subject.value, subject.kind, check_code(subject.value))
    rows = [(*start, *_fact(fact)) for fact in part.held.facts]
    for answer in part.answers:
        rows += [(*start, *_told(answer, name, value)) for name, value in answer.facts]
        if not answer.facts:
            rows.append((*start, *_told(answer, "answer", answer.state)))
    rows += [(*start, "unknown", words, "", "", "", "") for words in still_unknown(part)]
    return rows


def _fact(fact: Fact) -> tuple[str, ...]:
    return (
        fact.field,
        fact.value,
        fact.source,
        iso_instant(fact.at),
        fact.confidence,
        "past" if fact.past else "current",
    )


def _told(answer: Answer, name: str, value: str) -> tuple[str, ...]:
    return (name, value, answer.source, iso_instant(answer.received_at), "", "answered")


def _csv(parts: tuple[Part, ...]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for part in parts:
        writer.writerows([inert_cell(cell) for cell in row] for row in _rows(part))
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _json(request: RecordRequest, parts: tuple[Part, ...], now: datetime) -> bytes:
    document: dict[str, Any] = {
        "request": request.id,
        "document": {"number": request.document_number, "date": request.document_date, "agency": request.agency},
        "case": request.case_number,
        "legal": list(request.legal),
        "written_at": iso_instant(now),
        "items": [
            {
                "item": part.held.item.subject.value,
                "kind": part.held.item.subject.kind,
                "as_written": part.held.item.subject.original,
                "urls": list(part.held.item.subject.urls),
                "notes": list(part.held.item.subject.notes),
                "facts": [dict(zip(COLUMNS[3:], row[3:], strict=True)) for row in _rows(part)],
                "asked": [{"recipient": ask.recipient_name, "state": ask.state} for ask in part.asks],
            }
            for part in parts
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "replace")
