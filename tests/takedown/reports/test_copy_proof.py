"""Awkward addresses in whole notices: what is printed, read from the picture of the page, is what is on record."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlmodel import select

from storage.artifacts import ArtifactStore
from storage.db import write_session
from storage.models import Notice, NoticeUrl, Observation
from takedown.drafting import draft_notices
from takedown.reports.check_code import check_code, printable_url
from tests.takedown.desk import AN, HEAD, NOW, proven_case
from tests.takedown.reports.reading_back import read_back
from tests.takedown.reports.test_letter import LETTER

AWKWARD = (
    "https://shop-a.example/l1lI0O/Il1O0S5B8Z2?next=" + "rnmvvw1lI|O0" * 12,
    "https://shop-a.example/đăng-nhập/ａｂс?q=\u202e\u00a0 ~`'\"<>{}^\\&x=%C4%91#O0o",
)


@pytest.mark.parametrize("url", AWKWARD)
def test_a_letter_prints_the_address_of_the_record(
    sqlite_engine: Engine, artifact_store: ArtifactStore, url: str
) -> None:
    number = proven_case(sqlite_engine, artifact_store)
    with write_session(sqlite_engine) as session:
        session.exec(select(Observation)).one().final_url = url
        session.flush()
        (notice,) = draft_notices(
            session, artifact_store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"]
        )
        (row,) = session.exec(select(NoticeUrl)).all()
        documents = {name: digest for name, digest, *_ in session.exec(select(Notice)).one().documents}
        session.commit()
        assert notice.id == row.notice_id
    assert (row.url, row.code) == (printable_url(url), check_code(url))
    pdf = artifact_store.get(documents["letter.pdf"])
    read = read_back(pdf, LETTER)
    assert row.url in read
    assert row.code in read
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    assert row.url in text
