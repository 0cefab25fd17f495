"""Awkward addresses in every kind of paper: what is read from the picture of a page is what is on record."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlmodel import Session, select

from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import Notice, NoticeUrl, Observation
from storage.vault import Vault, add_key
from takedown.drafting import draft_notices
from takedown.followup import prepare_escalation, prepare_reminder
from takedown.notices import mark_sent, release_notice
from takedown.records.asking import add_asks, add_reminder, asks_of, prepare_asks, release_ask
from takedown.records.asking import prepare_reminder as prepare_record_reminder
from takedown.records.subjects import read_subjects
from takedown.reports.check_code import check_code, printable_url
from takedown.withdrawal import order_withdrawal
from tests.takedown.desk import AN, CHI, HEAD, NOW, proven_case
from tests.takedown.records.asking import Office
from tests.takedown.reports.reading_back import read_back
from tests.takedown.reports.test_letter import LETTER

AWKWARD = (
    "https://shop-a.example/l1lI0O/Il1O0S5B8Z2?next=" + "rnmvvw1lI|O0" * 12,
    "https://shop-a.example/đăng-nhập/ａｂс?q=\u202e\u00a0 ~`'\"<>{}^\\&x=%C4%91#O0o",
)
OVERDUE = NOW + timedelta(hours=73)
LISTED = (
    "http://l1lI0O-rnm.vn/Il1O0S5B8?q=%C4%91%2F#top",
    "https://đăng-nhập-ngân-hàng.vn/thẻ",
    "hxxps://xn--mb-bank-9za[.]vn:8080/~a_b-c",
)


def check(pdf: bytes, *printed: str) -> None:
    """Each stands in the text of the PDF, and is read from its picture."""
    read = read_back(pdf, LETTER)
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    for words in printed:
        assert words in read
        assert words in text


def named(session: Session, notice: Notice) -> tuple[str, ...]:
    """The addresses on record for a notice, each with its code."""
    rows = session.exec(select(NoticeUrl).where(NoticeUrl.notice_id == notice.id)).all()
    assert rows
    return tuple(words for row in rows for words in (row.url, row.code))


def told(engine: Engine, store: ArtifactStore, url: str) -> Notice:
    """A letter about the address, drafted."""
    number = proven_case(engine, store)
    with write_session(engine) as session:
        session.exec(select(Observation)).one().final_url = url
        session.flush()
        (notice,) = draft_notices(session, store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
        session.commit()
        return notice


def letter_of(store: ArtifactStore, notice: Notice) -> bytes:
    return store.get({name: digest for name, digest, *_ in notice.documents}["letter.pdf"])


@pytest.mark.parametrize("url", AWKWARD)
def test_a_letter_prints_the_address_of_the_record(
    sqlite_engine: Engine, artifact_store: ArtifactStore, url: str
) -> None:
    notice = told(sqlite_engine, artifact_store, url)
    with read_session(sqlite_engine) as session:
        assert named(session, notice) == (printable_url(url), check_code(url))
    check(letter_of(artifact_store, notice), printable_url(url), check_code(url))


@pytest.mark.parametrize("url", AWKWARD)
def test_so_do_what_reminds_escalates_and_takes_back(
    sqlite_engine: Engine, artifact_store: ArtifactStore, url: str
) -> None:
    printed = (printable_url(url), check_code(url))
    notice = told(sqlite_engine, artifact_store, url)
    number = notice.id or 0
    with write_session(sqlite_engine) as session:
        release_notice(session, number, actor=CHI, now=NOW)
        mark_sent(session, number, proof="12/SKHCN", actor=AN, now=NOW)
        session.exec(select(Observation)).one().observed_at = OVERDUE
        session.commit()
    words = {"head": HEAD, "actor": AN, "now": OVERDUE}
    with read_session(sqlite_engine) as session:
        reminder = prepare_reminder(session, artifact_store, number, **words)  # type: ignore[arg-type]
        escalation = prepare_escalation(session, artifact_store, number, **words)  # type: ignore[arg-type]
    for prepared in (reminder, escalation):
        assert [(entry[0], entry[2]) for entry in prepared.urls] == [printed]
        files = {file.name: file.data for file in prepared.files}
        check(files["letter.pdf"], *printed)
    with zipfile.ZipFile(io.BytesIO(files["escalation.zip"])) as pack:
        assert json.loads(pack.read("summary.json"))["urls"] == [{"url": printed[0], "check_code": printed[1]}]
        check(pack.read("first-notice/letter.pdf"), *printed)
    with write_session(sqlite_engine) as session:
        order_withdrawal(session, artifact_store, notice.case_id, reason="báo nhầm", actor=CHI, now=OVERDUE)
        (back,) = session.exec(select(Notice).where(Notice.kind == "withdrawal")).all()
        assert named(session, back) == printed
        assert printed[0] in back.body
        assert printed[1] in back.body
        check(letter_of(artifact_store, back), *printed)


def test_letters_that_ask_for_records_print_every_name_and_address(
    sqlite_engine: Engine, artifact_store: ArtifactStore, tmp_path: Path
) -> None:
    add_key(tmp_path / "keys")
    office = Office(sqlite_engine, artifact_store, Vault.load(tmp_path / "keys"))
    number = office.accepted("\n".join(LISTED))
    with read_session(sqlite_engine) as session:
        prepared = prepare_asks(session, office.vault, number, head=HEAD, actor=AN, now=NOW)
    assert {entry.ask.kind for entry in prepared} == {"disclose", "preserve"}
    with write_session(sqlite_engine) as session:
        add_asks(session, artifact_store, office.vault, number, prepared, actor=AN, now=NOW)
        ask = next(entry for entry in asks_of(session, number) if entry.kind == "disclose")
        release_ask(session, ask.id or 0, proof="Số 1", actor=CHI, now=NOW)
        session.commit()
        reminder = prepare_record_reminder(
            session, office.vault, ask.id or 0, head=HEAD, actor=AN, now=NOW + timedelta(days=9)
        )
        add_reminder(
            session, artifact_store, office.vault, ask.id or 0, reminder, actor=AN, now=NOW + timedelta(days=9)
        )
    names = [subject.value for subject in read_subjects("\n".join(LISTED)).subjects]
    urls = [printable_url(url) for subject in read_subjects("\n".join(LISTED)).subjects for url in subject.urls]
    assert (names[0], len(names), len(urls)) == ("l1li0o-rnm.vn", 3, 3)
    for letter in (*prepared, reminder):
        check(letter.pdf, *names, *map(check_code, names), *urls)
