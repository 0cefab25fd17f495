"""The queue and one case as a person and as a program read them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.db import open_engine, write_session
from storage.models import Assessment, Observation
from takedown.intake import take_in

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def filled(sqlite_url: str) -> None:
    signal = {
        "rule": "money.personal-account",
        "family": "money",
        "points": 2.5,
        "message_vi": "Nhận tiền vào tài khoản cá nhân",
        "message_en": "Paid to a personal account",
        "excerpt": "STK 0123 \x1b[2J NGUYEN VAN A",
        "page_url": "https://shop.example/",
        "vantage": "phone",
    }
    engine = open_engine(sqlite_url)
    with write_session(engine) as session:
        row = Assessment(
            url="https://shop.example/",
            host="shop.example",
            domain="shop.example",
            assessed_at=NOW,
            level="likely",
            points=3.25,
            probability=0.96,
            categories=[["fake_shop", 3.0]],
            signals=[signal],
            rule_set="abc",
        )
        session.add(row)
        session.flush()
        session.add(
            Observation(
                assessment_id=row.id,
                url="https://shop.example/",
                host="shop.example",
                domain="shop.example",
                vantage="phone",
                outcome="read",
                status=200,
                observed_at=NOW,
                manifest_digest="a" * 64,
                timestamp_state="pending",
            )
        )
        take_in(session, now=NOW, threshold="suspicious")
        session.commit()
    engine.dispose()


@pytest.mark.usefixtures("filled")
def test_the_queue_is_a_table_in_vietnamese_or_english(run: Run) -> None:
    code, out, _ = run("cases")
    assert code == 0
    assert "khả năng cao" in out
    assert "Nhận tiền vào tài khoản cá nhân" in out
    assert "lachan case 1" in out
    assert "Paid to a personal account" in run("cases", "--en")[1]


@pytest.mark.usefixtures("filled")
def test_the_queue_as_json_is_one_array(run: Run) -> None:
    (row,) = json.loads(run("cases", "--json")[1])
    assert (row["host"], row["level"], row["reasons"][0]["rule"]) == (
        "shop.example",
        "likely",
        "money.personal-account",
    )
    assert json.loads(run("cases", "--json", "--level", "near_certain")[1]) == []


@pytest.mark.usefixtures("filled")
def test_a_case_shows_its_reasons_evidence_and_history(run: Run) -> None:
    code, out, _ = run("case", "1")
    assert code == 0
    for words in (
        "Cửa hàng giả: shop.example",
        "+2.50",
        "money.personal-account",
        "chờ dấu giờ",
        "mở vụ",
        "điện thoại",
    ):
        assert words in out
    assert "\x1b" not in out
    assert "⟨U+001B⟩[2J" in out
    assert json.loads(run("case", "1", "--json")[1])["evidence"][0]["outcome"] == "read"


def test_an_empty_queue_says_so(run: Run) -> None:
    assert run("cases")[:2] == (0, "Không có vụ nào khớp.\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("case", "7"), "không có vụ 7"),
        (("cases", "--state", "gone"), "--state: không có `gone`; chọn một trong new"),
        (("cases", "--level", "grim"), "--level: không có `grim`; chọn một trong unknown"),
        (("sweep",), "không có gì để quét"),
        (("sweep", "--seeds", "none.csv"), "không có tệp hạt giống none.csv"),
        (("explain", "none.html"), "none.html: không có tệp này"),
        (("seeds", "check", "none.csv"), "không có tệp hạt giống none.csv"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_code_2(run: Run, words: tuple[str, ...], message: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("lachan: ")
    assert message in err
    assert "Traceback" not in err


def test_a_fault_with_json_is_one_object_too(run: Run) -> None:
    code, out, _ = run("case", "7", "--json")
    assert code == 2
    assert json.loads(out)["exit_code"] == 2


@pytest.mark.parametrize("words", [("case", "abc"), ("nonsense",), ("cases", "--nonsense")])
def test_what_the_command_line_cannot_read_is_told_to_programs_too(words: tuple[str, ...], run: Run) -> None:
    code, out, err = run(*words, "--json")
    assert (code, json.loads(out)["exit_code"]) == (2, 2)
    assert json.loads(out)["error"] in err


def test_an_unknown_setting_stops_every_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_DELAI", "1")
    code, _, err = run("cases")
    assert code == 2
    assert "có phải LACHAN_DELAY?" in err


def test_a_database_that_is_not_there_is_code_3_with_the_remedy(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    code, _, err = run("cases")
    assert code == 3
    assert "chưa có cơ sở dữ liệu ở" in err
    monkeypatch.setenv("LACHAN_DATABASE_URL", "sqlite:////proc/none/x.sqlite")
    assert run("cases")[0] == 3


@pytest.mark.parametrize("words", [("cases",), ("case", "1"), ("evidence", "export", "1")])
@pytest.mark.parametrize(
    "harm",
    [
        """UPDATE "case" SET opened_at = 'x'""",
        """UPDATE "case" SET title = x'ff'""",
        """UPDATE "case" SET points = 'many'""",
        "UPDATE assessment SET signals = 'x'",
        """UPDATE assessment SET signals = '{"a": 1}'""",
        """UPDATE assessment SET signals = '[{"points": 1}]'""",
    ],
)
@pytest.mark.usefixtures("filled")
def test_a_row_that_cannot_be_read_is_a_named_fault(
    run: Run, sqlite_url: str, words: tuple[str, ...], harm: str
) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(harm)
    engine.dispose()
    code, _, err = run(*words)
    assert (code, "`lachan evidence verify` nêu dòng đó" in err) == (3, True)


@pytest.mark.parametrize(
    "harm",
    [
        """UPDATE assessment SET signals = '{"a": 1}'""",
        "UPDATE assessment SET host = x'ff'",
        "UPDATE assessment SET assessed_at = 'x'",
        "UPDATE assessment SET rescored_from = 1",  # itself: an elder is what it could be
    ],
)
@pytest.mark.usefixtures("filled")
def test_a_row_that_cannot_be_read_costs_a_rescore_only_itself(run: Run, sqlite_url: str, harm: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(harm)
    engine.dispose()
    code, out, _ = run("rescore", "--json")
    report = json.loads(out)
    assert (code, report["read"], len(report["unreadable"])) == (1, 0, 1)
