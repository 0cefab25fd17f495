"""WHOIS text: what the opening says, whose line counts, and a parser that can be killed."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.facts import LookupState
from crawler.enrichment.answer import MalformedAnswerError
from crawler.enrichment.whois_parse import parse_whois
from crawler.enrichment.whois_text import iana_id, judge_opening, named, referral, tame_text


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ('No match for "A.COM".', LookupState.UNREGISTERED),
        ("NOT FOUND", LookupState.UNREGISTERED),
        ("The queried object does not exist: a.top", LookupState.UNREGISTERED),
        ("Status: free", LookupState.UNREGISTERED),
        ("Domain a.example not found.", LookupState.UNREGISTERED),
        ("% No entries found", LookupState.UNREGISTERED),
        ("Your connection limit exceeded. Please try again later", LookupState.THROTTLED),
        ("Error: too many requests", LookupState.THROTTLED),
        ("You are not authorized to use this server", LookupState.REFUSED),
        ("Domain Name: a.example", None),
        ("Status: clientHold", None),
        ("Registrar: not found in our hearts", None),
    ],
)
def test_the_opening_names_the_state(text: str, state: LookupState | None) -> None:
    assert judge_opening(text) is state


def test_the_first_line_of_a_key_counts() -> None:
    text = tame_text(
        b"Registrar: A\nRegistrar IANA ID: 7\nName Server: a\nName Server: b\nRegistrar: B\nRegistrar IANA ID: 8\n"
    )
    assert "B" not in text
    assert text.count("Name Server") == 2
    assert iana_id(text) == "7"


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("   Registrar WHOIS Server: whois.reg.example", "whois.reg.example"),
        ("refer:        whois.nic.example", "whois.nic.example"),
        ("Whois Server: whois://whois.reg.example/", "whois.reg.example"),
        ("Registrar WHOIS Server: http://reg.example/whois?d=", ""),
        ("Registrar WHOIS Server: localhost", ""),
        ("Registrar WHOIS Server:", ""),
    ],
)
def test_a_referral_is_a_host(line: str, host: str) -> None:
    assert referral(line) == host


def test_an_answer_about_another_name_is_seen() -> None:
    assert named("Domain Name: A.EXAMPLE.\n") == "a.example"
    assert named("domain: cửa-hàng.example\n") == "xn--ca-hng-lta4562d.example"
    assert named("no such line\n") is None
    assert named("Domain Name: \n") == ""


@given(st.binary(max_size=600))
def test_any_bytes_become_bounded_text(data: bytes) -> None:
    text = tame_text(data)
    assert len(text) <= 2 * len(data) + 1
    assert all(c.isprintable() or c == "\n" for c in text)
    judge_opening(text)
    referral(text)
    named(text)


def test_long_text_is_cut_in_linear_time() -> None:
    started = time.process_time()
    text = tame_text(b"a" * 1_000_000 + b"\n" + b"Name Server: x\n" * 100_000)
    judge_opening(text + "limit " * 1_000)
    assert len(text) < 200_000
    assert time.process_time() - started < 1.0


def test_a_parser_that_hangs_is_killed(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    mark = tmp_path / "alive"
    child.write_text(
        "import pathlib, time\nwhile True:\n    time.sleep(0.05)\n"
        f"    pathlib.Path({str(mark)!r}).write_text(str(time.time()))\n"
    )
    with pytest.raises(MalformedAnswerError, match="not parsed within"):
        asyncio.run(parse_whois("Registrar: A\n", "a.example", seconds=0.7, child=child))
    last = mark.read_text() if mark.exists() else ""
    time.sleep(0.3)
    assert (mark.read_text() if mark.exists() else "") == last


@pytest.mark.parametrize(
    "script", ["import sys; sys.exit(1)", "print('no json')", "import os; os.abort()", "print('[]')"]
)
def test_a_parser_that_breaks_is_a_malformed_answer(tmp_path: Path, script: str) -> None:
    child = tmp_path / "child.py"
    child.write_text(script)
    with pytest.raises(MalformedAnswerError):
        asyncio.run(parse_whois("Registrar: A\n", "a.example", seconds=20, child=child))


@pytest.mark.parametrize("domain", ["a.example", "a.com", "a.ru", "a.jp", "a.cn", "a.de", "a.kr", "a.xn--p1ai"])
def test_a_text_made_to_be_slow_ends(domain: str) -> None:
    text = tame_text(b"\n".join([b"a" * 390] * 400))
    try:
        found = asyncio.run(parse_whois(text, domain, seconds=2))
        assert not found.says_something
    except MalformedAnswerError:
        pass


def test_python_whois_reads_the_registrys_own_form() -> None:
    text = tame_text(
        b"domain:        A.RU\nnserver:       ns1.a.example.\nstate:         REGISTERED, DELEGATED, VERIFIED\n"
        b"registrar:     REG-RU\ncreated:       2026-08-01T10:00:00Z\npaid-till:     2027-08-01T10:00:00Z\n"
    )
    found = asyncio.run(parse_whois(text, "a.ru", seconds=20))
    assert found.registrar == "REG-RU"
    assert found.registered_at == datetime(2026, 8, 1, 10, tzinfo=UTC)
    assert found.nameservers == ("ns1.a.example",)
