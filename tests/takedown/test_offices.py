"""Laws, agencies and signers are dated rows, and a faulty one is named."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.db import write_session
from takedown.actor import CONSOLE
from takedown.errors import NotAllowedError, OfficeDataError
from takedown.offices import add_office_row, current_offices, load_offices
from takedown.offices.load import FOLDER
from tests.takedown.desk import AN, NOW

SIGNER = {"id": "kt_giam_doc", "lines": ["Q. GIÁM ĐỐC"], "valid_from": date(2026, 12, 1), "source": "quyết định"}


def test_what_ships_is_whole() -> None:
    offices = load_offices()
    agency = offices.agency("so_khcn_hcm", date(2026, 11, 24))
    assert agency is not None
    assert offices.signer(agency.signer, date(2026, 11, 24)) is not None
    assert offices.agency("so_khcn_hcm", date(2024, 1, 1)) is None


def test_an_added_row_counts_from_its_day(engine: Engine) -> None:
    with write_session(engine) as session:
        add_office_row(session, "signer", SIGNER, actor=CONSOLE, now=NOW)
        session.commit()
        offices = current_offices(session)
    before, after = offices.signer("kt_giam_doc", date(2026, 11, 30)), offices.signer("kt_giam_doc", date(2026, 12, 1))
    assert before is not None
    assert before.lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert after is not None
    assert after.lines == ("Q. GIÁM ĐỐC",)


def test_only_an_administrator_adds_rows(sqlite_engine: Engine) -> None:
    with write_session(sqlite_engine) as session, pytest.raises(NotAllowedError):
        add_office_row(session, "signer", SIGNER, actor=AN, now=NOW)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('act = "require"', 'act = "order"', "unknown act `order`"),
        ("valid_from = 2025-03-01", 'valid_from = "soon"', "valid_from is no day"),
        ('symbol = "SKHCN"', "", "lacks symbol"),
        ('symbol = "SKHCN"', 'symbol = "A"\nboss = "x"', "unknown keys boss"),
        ('signer = "tl_giam_doc"', 'signer = "nobody"', "no signer `nobody`"),
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    for path in FOLDER.glob("*.toml"):
        text = path.read_text("utf-8")
        (tmp_path / path.name).write_text(text.replace(old, new) if path.stem == "agencies" else text, "utf-8")
    with pytest.raises(OfficeDataError, match=fault):
        load_offices(tmp_path)
