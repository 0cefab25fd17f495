"""Lists of every usual shape give their names, and what is broken is said."""

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.feeds.lists import NameList, as_host, opened_list


def names_of(text: str) -> list[str]:
    return [entry.name for entry in NameList(io.BytesIO(text.encode()), "list")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.example\nB.Example.\n\n# note\n*.c.example\n", ["a.example", "b.example", "*.c.example"]),
        ("1,a.example\n2,b.example\n", ["a.example", "b.example"]),
        ("id;domain;date\n7;a.example;2026-01-02\n", ["a.example"]),
        ('"a.example","x"\n', ["a.example"]),
        ("https://u@a.example:8443/p?q=1\nhxxps://b[.]example/x\n", ["a.example", "b.example"]),
        (
            "$ORIGIN vn.\n$TTL 3600\nshop 3600 IN NS ns1.x.net.\n     NS ns2.x.net.\nshop IN NS ns3.x.net.\n",
            ["shop.vn"],
        ),
        ("a.example.\t86400\tin\tns\tns1.x.net.\na.example.\t86400\tin\tns\tns2.x.net.\n", ["a.example"]),
        ("\ufeffa.example\r\n", ["a.example"]),
        ("a.example\textra\n", ["a.example"]),
    ],
)
def test_every_usual_shape_is_read(text: str, names: list[str]) -> None:
    assert names_of(text) == names


def test_lines_without_a_name_are_counted_and_over_long_ones_passed_over() -> None:
    lines = b"no name\n" + b"x" * 10_000 + b".example\nb.example\nngh\xe8o.example\nc.ngh\xe8o\n"
    listed = NameList(io.BytesIO(lines), "list")
    assert [(entry.name, entry.source) for entry in listed] == [("b.example", "list:3")]
    assert listed.skipped == 3


def test_a_zipped_list_is_read_and_a_torn_one_is_named(tmp_path: Path) -> None:
    whole = gzip.compress("\n".join(f"a{number}.example" for number in range(9_000)).encode())
    (tmp_path / "new.gz").write_bytes(whole)
    with opened_list(tmp_path / "new.gz") as names:
        assert sum(1 for _ in names) == 9_000
    (tmp_path / "torn.gz").write_bytes(whole[: len(whole) // 2])
    with opened_list(tmp_path / "torn.gz") as names:
        assert 0 < sum(1 for _ in names) < 9_000
        assert "torn.gz: ends after line" in names.fault


@given(st.text(max_size=400))
def test_any_word_gives_a_plain_host_or_none(word: str) -> None:
    host = as_host(word)
    assert not host or ("." in host and not set(host) & set(" /:@,"))


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_to_the_end(data: bytes) -> None:
    listed = NameList(io.BytesIO(data), "list")
    assert all(entry.name for entry in listed)
    assert listed.lines == len(data.splitlines()) or b"\r" in data or listed.lines <= data.count(b"\n") + 1
