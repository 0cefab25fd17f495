"""Nothing that a page says can command the terminal that shows it."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.cli.shown import Column, encode_json, say_table
from takedown.inert import inert

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(ANY_TEXT)
def test_no_unseen_character_is_left(text: str) -> None:
    assert not {unicodedata.category(character) for character in inert(text)} & UNSEEN


@given(ANY_TEXT)
def test_json_comes_back_whole_and_is_inert(text: str) -> None:
    written = encode_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not {unicodedata.category(character) for character in written.replace("\n", "")} & UNSEEN


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mđỏ\x1b[0m", "⟨U+001B⟩[31mđỏ⟨U+001B⟩[0m"),
        ("a\u202egnp.exe", "a⟨U+202E⟩gnp.exe"),
        ("một\r\nhai\tba", "một  hai ba"),
        ("x\u200by", "x⟨U+200B⟩y"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 3),
        ("Lừa đảo tiền gửi", "Lừa đảo tiền gửi"),
    ],
)
def test_hostile_text_is_spelt_out(hostile: str, shown: str) -> None:
    assert inert(hostile) == shown


def test_a_set_is_a_sorted_array_of_json() -> None:
    assert json.loads(encode_json({"already": frozenset({"b", "a"})})) == {"already": ["a", "b"]}


def test_long_text_is_cut() -> None:
    assert inert("a" * 50, limit=10) == "a" * 10 + "…"


def test_a_plain_table_is_aligned_by_what_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    say_table([Column("Tên"), Column("Số", right=True)], [("中文", 5), ("[red]đ[/red]", 10)])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["Tên           Số", "中文           5", "[red]đ[/red]  10"]


@dataclass(frozen=True)
class Sample:
    at: datetime
    pairs: tuple[tuple[str, int], ...]


def test_dataclasses_and_times_become_plain_json() -> None:
    written = encode_json([Sample(datetime(2026, 1, 2, tzinfo=UTC), (("a", 1),))])
    assert json.loads(written) == [{"at": "2026-01-02T00:00:00+00:00", "pairs": [["a", 1]]}]
