"""`lachan stats`: the dashboard's figures as a table, JSON, CSV and a chart that stands alone."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from storage.db import open_engine, write_session
from storage.models import Case
from takedown.lifecycle import CaseState
from tests.takedown.desk import open_case

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cases(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    for number, state in enumerate((CaseState.CONFIRMED, CaseState.WAITING, CaseState.NEW)):
        open_case(engine, f"shop-{number}.example", state)
    with write_session(engine) as session:
        session.get_one(Case, 2).category = "=cmd|' /C calc'!A0"
        session.commit()
    engine.dispose()


@pytest.mark.usefixtures("cases")
def test_the_figures_are_told_in_both_languages(run: Run) -> None:
    code, out, _ = run("stats")
    assert code == 0
    assert "Đang chờ" in out
    assert "Tuần đến" in out
    lines = [line.split() for line in run("stats", "--en")[1].splitlines()]
    assert ["all", "2", "2", "–", "0%", "0%", "0%"] in lines
    assert [line[:3] for line in lines if line[:1] == ["Week"]] == [["Week", "to", "In"]]


@pytest.mark.usefixtures("cases")
def test_a_program_reads_json_and_csv(run: Run) -> None:
    found = json.loads(run("stats", "--json")[1])
    assert found["by_state"] == {"new": 1, "confirmed": 1, "waiting": 1}
    assert [entry["count"] for entry in found["survival"]] == [2, 1, 1]
    assert (len(found["weeks"]), found["recipients"]) == (12, [])
    rows = list(csv.reader(io.StringIO(run("stats", "--csv", "weeks")[1].lstrip("\ufeff"))))
    assert [rows[0], len(rows)] == [["week_until", "opened", "down"], 13]


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("of", ["weeks", "kinds", "recipients"])
def test_a_chart_is_a_file_of_its_own(run: Run, tmp_path: Path, of: str) -> None:
    file = tmp_path / "out.svg"
    assert run("stats", "--chart", str(file), "--of", of)[0] == 0
    drawn = ElementTree.parse(file).getroot()
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn[0].tag.endswith("style")
    assert not [name for part in drawn.iter() for name in part.attrib if "href" in name or name.startswith("on")]


@pytest.mark.usefixtures("cases")
def test_wrong_words_are_named(run: Run, tmp_path: Path) -> None:
    for words in (
        ("--csv", "x"),
        ("--of", "x"),
        ("--csv", "weeks", "--json"),
        ("--chart", str(tmp_path / "no" / "x.svg")),
    ):
        code, out, error = run("stats", *words)
        assert code == 2, words
        assert words[0] in out + error
