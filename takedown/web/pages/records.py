"""Owner-record requests: police make them and see their own, approvers accept and deliver, reviewers ask and enter."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from storage.errors import VaultError
from storage.vault import Vault
from takedown.errors import RecordsError
from takedown.offices import Act, LegalBasis, current_offices
from takedown.offices.model import holds
from takedown.records import answers, asking, dossier, keeping, mails, requests
from takedown.records.gate import Asked, Urgency, missing
from takedown.records.held import read_held
from takedown.records.sealing import data_key, with_names
from takedown.records.states import RecordState
from takedown.records.subjects import read_subjects
from takedown.reports.content import VIETNAM
from takedown.web.access import APPROVE, LOOKS, MAKE_RECORDS, RECORDS, REVIEW, Pages, desk_of, visitor_of
from takedown.web.files import attachment
from takedown.web.pages.record_fields import attached, chosen, day_of, fact_lines, letter_of
from takedown.web.rendering import render
from takedown.words import fault_words

pages = Pages()
Words = Annotated[str, Form(max_length=4000)]
Upload = Annotated[UploadFile | None, File()]


@pages.page("/records", RECORDS)
def listed(request: Request, state: str = "", late: bool = False) -> Response:
    """What the visitor may know of, the next to be answered first."""
    desk, visitor = desk_of(request), visitor_of(request)
    wanted = state if state in set(RecordState) else None
    with desk.reading() as session:
        rows = requests.list_requests(
            session, actor=visitor.actor, now=desk.clock(), state=wanted, overdue=late, limit=200
        )
        overdue = len(asking.overdue_asks(session, now=desk.clock())) if visitor.may(REVIEW) else 0
        waiting = len(mails.waiting_mails(session)) if visitor.may(REVIEW) else 0
    return render(
        request,
        "records.html",
        rows=rows,
        state=wanted or "",
        states=list(RecordState),
        late=late,
        overdue=overdue,
        waiting=waiting,
    )


@pages.page("/records/overdue", REVIEW)
def overdue(request: Request) -> Response:
    """Letters that nobody answered in time, the longest first."""
    desk = desk_of(request)
    with desk.reading() as session:
        rows = asking.overdue_asks(session, now=desk.clock())[:200]
    return render(request, "record_letters.html", rows=rows)


@pages.page("/records/looks", LOOKS)
def looks(request: Request, q: str = "") -> Response:
    """Who saw the data of a request, a domain, an address or a phone, when and why."""
    desk, visitor = desk_of(request), visitor_of(request)
    found: tuple[keeping.Look, ...] = ()
    said, wanted = "", q.strip()[:300]
    if wanted:
        try:
            vault = Vault.load(desk.records_key_file) if desk.records_key_file else None
            with desk.reading() as session:
                found = keeping.who_saw(session, wanted, actor=visitor.actor, vault=vault)
        except (RecordsError, VaultError) as error:
            said = fault_words(error, visitor.language)
    return render(request, "record_looks.html", q=wanted, looks=found, said=said)


@pages.page("/records/new", MAKE_RECORDS)
def blank(request: Request) -> Response:
    """An empty form."""
    desk = desk_of(request)
    with desk.reading() as session:
        bases = _bases(session, desk.clock())
    return render(request, "record_new.html", asked=Asked(), bases=bases, amend=None)


@pages.page("/records/{number}", RECORDS)
def shown(request: Request, number: int) -> Response:
    """What may be seen without a reason: nothing personal."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.reading() as session:
        row = requests.known_request(session, number, actor=visitor.actor)
        letters = asking.asks_of(session, number)
        came = mails.mails_of(session, number) if visitor.may(REVIEW) else ()
    return render(request, "record.html", row=row, letters=letters, opened=None, taken=None, mails=came)


@pages.change("/records", MAKE_RECORDS)
def make(
    request: Request,
    document_number: Words = "",
    document_date: Words = "",
    agency: Words = "",
    unit: Words = "",
    officer: Words = "",
    contact: Words = "",
    case_number: Words = "",
    legal: Annotated[list[str] | None, Form()] = None,
    urgency: Words = "ordinary",
    purpose: Words = "",
    pasted: Annotated[str, Form(max_length=4_000_000)] = "",
    amend: Annotated[int | None, Form()] = None,
    order: Upload = None,
) -> Response:
    """Keeps the draft and says all that it lacks and every line that was not read."""
    desk, visitor = desk_of(request), visitor_of(request)
    asked = Asked(
        document_number=document_number,
        document_date=day_of(document_date),
        agency=agency,
        unit=unit,
        officer=officer,
        contact=contact,
        case_number=case_number,
        legal=tuple(filter(None, legal or ())),
        urgency=chosen(Urgency, urgency, "Mức khẩn", "urgency"),
        purpose=purpose,
        subjects=read_subjects(pasted),
        pasted=pasted,
    )
    words: dict[str, Any] = {"order": attached(order), "actor": visitor.actor, "now": desk.clock()}
    with desk.writing() as session:
        vault = Vault.load(desk.records_key_file)
        if amend is not None:
            taken = requests.amend_request(session, desk.store, vault, amend, asked, **words)
        else:
            taken = requests.take_request(session, desk.store, vault, asked, **words)
    return render(request, "record.html", row=taken.request, letters=(), opened=None, taken=taken, mails=())


@pages.change("/records/{number}/open", MAKE_RECORDS)
def opened(request: Request, number: int, reason: Words = "") -> Response:
    """Unsealed, for one reason; the look stands in the audit chain before anything is shown."""
    desk, visitor = desk_of(request), visitor_of(request)
    vault, now = Vault.load(desk.records_key_file), desk.clock()
    with desk.writing() as session:
        view = requests.view_request(session, vault, number, actor=visitor.actor, reason=reason, now=now)
    with desk.reading() as session:
        row = requests.find_request(session, number)
        held = read_held(session, view.items, with_names(desk.store, vault))
        plan = asking.plan_asks(session, vault, number, now=now)
        has_order = any(entry[0] == requests.ORDER for entry in row.files)
        told = {
            "view": view,
            "held": held,
            "answers": answers.answers_of(session, data_key(vault, row), number),
            "plan": plan,
            "missing": missing(view.asked, has_order=has_order, offices=current_offices(session), now=now),
            "bases": _bases(session, now),
        }
        letters = asking.asks_of(session, number)
        came = mails.mails_of(session, number) if visitor.may(REVIEW) else ()
    return render(request, "record.html", row=row, letters=letters, opened=told, taken=None, mails=came)


@pages.change("/records/{number}/accept", APPROVE)
def accept(request: Request, number: int) -> Response:
    """The gate, and a second person."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        requests.accept_request(
            session,
            Vault.load(desk.records_key_file),
            number,
            actor=visitor.actor,
            now=desk.clock(),
            ordinary_days=desk.records_ordinary_days,
        )
    return _back(number)


@pages.change("/records/{number}/refuse", APPROVE)
def refuse(request: Request, number: int, reason: Words = "") -> Response:
    """For good, with the reason that its sender reads."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        requests.refuse_request(session, number, reason=reason, actor=visitor.actor, now=desk.clock())
    return _back(number)


@pages.change("/records/{number}/close", APPROVE)
def close(request: Request, number: int, reason: Words = "") -> Response:
    """Its retention begins."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        requests.close_request(session, number, reason=reason, actor=visitor.actor, now=desk.clock())
    return _back(number)


@pages.change("/records/{number}/ask", REVIEW)
def ask(request: Request, number: int) -> Response:
    """Letters to everybody who knows more and has none yet, drawn while nobody waits for the database."""
    desk, visitor = desk_of(request), visitor_of(request)
    vault, now = Vault.load(desk.records_key_file), desk.clock()
    with desk.reading() as session:
        prepared = asking.prepare_asks(session, vault, number, head=desk.letterhead, actor=visitor.actor, now=now)
    with desk.writing() as session:
        asking.add_asks(session, desk.store, vault, number, prepared, actor=visitor.actor, now=now)
    return _back(number)


@pages.change("/records/letters/{number}/sent", APPROVE)
def sent(request: Request, number: int, proof: Words = "") -> Response:
    """A letter that another person drafted has left."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        letter = asking.release_ask(session, number, proof=proof, actor=visitor.actor, now=desk.clock())
        about = letter.request_id
    return _back(about)


@pages.change("/records/letters/{number}/remind", REVIEW)
def remind(request: Request, number: int) -> Response:
    """The next reminder of a letter whose clock ran out, drawn while nobody waits for the database."""
    desk, visitor = desk_of(request), visitor_of(request)
    vault, now, actor = Vault.load(desk.records_key_file), desk.clock(), visitor.actor
    with desk.reading() as session:
        drawn = asking.prepare_reminder(session, vault, number, head=desk.letterhead, actor=actor, now=now)
    with desk.writing() as session:
        letter = asking.add_reminder(session, desk.store, vault, number, drawn, actor=actor, now=now)
        about = letter.request_id
    return _back(about)


@pages.change("/records/{number}/answers", REVIEW)
def answered(
    request: Request,
    number: int,
    about: Words = "",
    source: Words = "",
    facts: Annotated[str, Form(max_length=50_000)] = "",
    state: Words = "found",
    letter: Words = "",
    paper: Upload = None,
) -> Response:
    """One answer, with its paper; each line of ``facts`` is «what: value»."""
    desk, visitor = desk_of(request), visitor_of(request)
    found = attached(paper)
    with desk.writing() as session:
        answers.add_answer(
            session,
            desk.store,
            Vault.load(desk.records_key_file),
            number,
            about=about,
            state=chosen(answers.AnswerState, state, "Kết quả", "result"),
            source=source,
            facts=fact_lines(facts),
            files=(found,) if found is not None else (),
            ask_id=letter_of(letter),
            received_at=desk.clock(),
            actor=visitor.actor,
            now=desk.clock(),
        )
    return _back(number)


@pages.change("/records/{number}/dossier", MAKE_RECORDS)
def download(request: Request, number: int, reason: Words = "", deliver: Annotated[bool, Form()] = False) -> Response:
    """The dossier's files as one archive; noted before it leaves."""
    desk, visitor = desk_of(request), visitor_of(request)
    vault, now, actor = Vault.load(desk.records_key_file), desk.clock(), visitor.actor
    with desk.reading() as session:
        made = dossier.build_dossier(session, desk.store, vault, number, head=desk.letterhead, actor=actor, now=now)
    with desk.writing() as session:
        if deliver:
            dossier.deliver_dossier(session, desk.store, vault, made, reason=reason, actor=actor, now=now)
        else:
            row = requests.find_request(session, number)
            dossier.note_export(session, row, reason=reason, what=dossier.DOSSIER, actor=actor, now=now)
    return attachment(dossier.dossier_archive(made), f"ho-so-{number}.zip", "application/zip")


@pages.change("/records/{number}/file", MAKE_RECORDS)
def fetched(request: Request, number: int, file: Words = "", reason: Words = "") -> Response:
    """One sealed file: the order, a letter, a delivered dossier."""
    desk, visitor = desk_of(request), visitor_of(request)
    vault, now = Vault.load(desk.records_key_file), desk.clock()
    with desk.writing() as session:
        found = dossier.fetch_file(
            session, desk.store, vault, number, file, reason=reason, actor=visitor.actor, now=now
        )
    return attachment(found.data, found.name, found.media_type)


def _back(number: int) -> Response:
    return RedirectResponse(f"/records/{number}", 303)


def _bases(session: Session, now: datetime) -> tuple[LegalBasis, ...]:
    """What a document may rely on today."""
    on = now.astimezone(VIETNAM).date()
    return tuple(e for e in current_offices(session).legal if Act.DISCLOSE in e.acts and holds(e, on))
