"""The notice that tells one recipient that an earlier one was wrong, with its letter and the addresses to take back."""

from datetime import datetime

from sqlmodel import Session

from storage.artifacts import ArtifactStore
from storage.models import Notice, NoticeUrl
from takedown.actor import Actor
from takedown.drafting import new_token
from takedown.notice_files import letter_files
from takedown.notices import NoticeState, urls_of
from takedown.offices import current_offices
from takedown.reports.content import VIETNAM
from takedown.reports.letter import Letter
from takedown.reports.taking_back import Paper, TakenBack, compose_letter, compose_words


def tell_withdrawal(session: Session, store: ArtifactStore, notice: Notice, *, actor: Actor, now: datetime) -> Notice:
    """The withdrawal to one recipient; who orders it releases it, since waiting would prolong the wrong."""
    assert notice.id is not None
    token, english = new_token(), notice.language == "en"
    urls = urls_of(session, notice.id)
    taken = TakenBack(
        case_id=notice.case_id,
        recipient=notice.recipient_name,
        token=notice.token,
        subject=notice.subject,
        sent_at=notice.sent_at,
        reply=token,
        urls=tuple((row.url, row.code) for row in urls),
        foreign=english,
        written_at=now,
    )
    words = "Withdrawal of our report" if english else "Rút lại thông báo"
    told = Notice(
        case_id=notice.case_id,
        recipient_id=notice.recipient_id,
        recipient_name=notice.recipient_name,
        kind="withdrawal",
        key=f"{notice.case_id}:{notice.recipient_id}:withdrawal:{notice.id}",
        act="inform",
        channel=notice.channel,
        address=notice.address,
        state=NoticeState.RELEASED,
        language=notice.language,
        agency=notice.agency,
        subject=f"{words} {notice.token} [{token}]",
        body=compose_words(taken),
        token=token,
        prepared_by=actor.name,
        prepared_at=now,
        approved_by=actor.name,
        approved_at=now,
        answers=notice.id,
    )
    if (letter := _letter(session, taken, notice.agency, now)) is not None:
        files = letter_files(letter)
        told.documents = [[file.name, store.put(file.data), len(file.data), file.media_type] for file in files]
    session.add(told)
    session.flush()
    assert told.id is not None
    for row in urls:
        session.add(
            NoticeUrl(notice_id=told.id, url=row.url, host=row.host, code=row.code, observation_id=row.observation_id)
        )
    session.flush()
    return told


def _letter(session: Session, taken: TakenBack, agency_id: str, now: datetime) -> Letter | None:
    """None where the agency that wrote is no longer one: the words alone must not wait for it."""
    offices, today = current_offices(session), now.astimezone(VIETNAM).date()
    agency = offices.agency(agency_id, today)
    if agency is None:
        return None
    signer = offices.signer(agency.signer, today)
    paper = Paper(
        superior=agency.superior,
        agency=agency.name,
        called=agency.called,
        symbol=agency.symbol,
        place=agency.place,
        filing=agency.filing,
        contact=agency.contact,
        signer=signer.lines if signer is not None else (),
    )
    return compose_letter(taken, paper)
