"""Saved page in, expected facts out; and what no page may do to the readers."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.bounds import Bounds
from crawler.parsing.facts_json import facts_from_json, facts_to_json
from crawler.parsing.firstlook import first_look
from crawler.parsing.guard import tame_markup
from crawler.parsing.page import parse_page

PAGES = Path(__file__).parents[2] / "pages" / "parsing"
CASES = sorted(folder for folder in PAGES.iterdir() if folder.is_dir())
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
URL = "https://trang.example/"


def read_case(folder: Path):
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return parse_page(
        (folder / "page.html").read_bytes(),
        url=meta["url"],
        observed_at=datetime.fromisoformat(meta["observed_at"]),
        content_type=meta["content_type"],
        status=meta["status"],
    )


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_saved_page_gives_expected_facts(folder):
    expected = facts_from_json((folder / "expected.json").read_text(encoding="utf-8"))
    assert read_case(folder) == expected


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_facts_survive_json(folder):
    facts = read_case(folder)
    for compact in (True, False):
        assert facts_from_json(facts_to_json(facts, compact=compact)) == facts


def test_json_names_what_is_no_facts():
    for text in (
        "[]",
        "{",
        '{"url": 1, "observed_at": []}',
        '{"url": "x"}',
        '{"url":"x","observed_at":"2026-01-01","links":{}}',
    ):
        with pytest.raises(ValueError):
            facts_from_json(text)


_BITS = st.sampled_from(
    [
        b"<div ",
        b"<a href='",
        b'"',
        b"'",
        b">",
        b"</div>",
        b"<!--",
        b"-->",
        b"<script>",
        b"</script>",
        b"<template>",
        b"<table>",
        b"STK: 0123456789",
        b"1.290.000\xc4\x91",
        b"<input type=password>",
        b"<form action=//[>",
        b"\x00",
        b"\xff",
        b"&#xD800;",
        b"<![CDATA[",
        b"<img src='data:image/png;base64,AAAA'>",
        b"<meta charset=utf-7>",
        b"<base href='http://[::1'>",
        b"<svg><title>",
        b"@",
        b"0905 123 456",
        b'<script type="application/ld+json">[[[',
        b"zalo.me/",
        b"<select><option>",
        b"<del>",
        b"https://t.me/",
        b"MST: 0100109106",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_BITS, st.binary(max_size=12)), max_size=40).map(b"".join))
def test_no_bytes_raise(html):
    facts = parse_page(html, url=URL, observed_at=NOW, content_type="text/html; charset=utf-8")
    assert facts_from_json(facts_to_json(facts)) == facts
    first_look(html, url=URL)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/html; charset=utf-16", "charset=zip", "text/html; charset=windows-1258"]),
)
def test_no_charset_raises(html, content_type):
    parse_page(html, url="not a url", observed_at=NOW, content_type=content_type)
    first_look(html, url="", content_type=content_type)


GROWERS = {
    "open tags": b"<div>",
    "unclosed inline": b"<b><i>",
    "stray end tags": b"<div></p>",
    "selects": b"<select><option>",
    "templates": b"<template>",
    "tables": b"<table><tr><td>",
    "open comments": b"<!--",
    "quotes": b"<a ='\"",
    "digits": b"0905 12",
    "account labels": b"STK: 12345 ",
    "prices": b"<del>1.000.000</del> ",
    "at signs": b"a@a.",
    "hidden": b"<p style='display:none'>",
    "scripts": "<script>_0x1234 vừa ' ".encode(),
    "urls": b"https://zalo.me/ ",
    "tax": "mã số thuế ".encode(),
    "company": "Công ty TNHH ".encode(),
    "structured": b"<script type='application/ld+json'>{\"offers\":[",
    "links": b"<a href='/x?%d'>1</a>",
    "titles": b"<i title='a b'><i>",
    "drawn words": b"<style>i::before{content:'a b'}</style><i>",
    "open style": b'<style>content:"\\":::[{',
}


@pytest.mark.parametrize("name", GROWERS)
def test_time_grows_with_size_not_with_its_square(name):
    def cost(count: int) -> float:
        html = b"<html><body>" + GROWERS[name] * count
        started = time.process_time()
        parse_page(html, url=URL, observed_at=NOW)
        first_look(html, url=URL)
        return time.process_time() - started

    size = 12_000
    small, large = min(cost(size), cost(size)), cost(4 * size)
    assert large < 10 * small + 0.5, f"{small:.3f}s at n, {large:.3f}s at 4n"


def test_many_attributes_are_cut_and_named():
    tag = b"<div " + b" ".join(b"a%d=1" % n for n in range(60_000)) + b">Ch\xe1\xbb\xaf</div>"
    started = time.process_time()
    facts = parse_page(tag, url=URL, observed_at=NOW, content_type="charset=utf-8")
    look = first_look(tag, url=URL)
    assert time.process_time() - started < 5
    assert "Chữ" in facts.text
    assert any("tags longer" in gap for gap in facts.gaps)
    assert any("tags longer" in gap for gap in look.gaps)


def test_bounds_cut_and_say_so():
    html = ("<p>chữ </p>" * 5_000).encode()
    facts = parse_page(
        html, url=URL, observed_at=NOW, bounds=Bounds(html_bytes=30_000, text_characters=500, nodes=1_000)
    )
    assert len(facts.text) <= 3_000
    assert any("page cut at 30000 bytes" in gap for gap in facts.gaps)
    assert any("text cut at 500 characters" in gap for gap in facts.gaps)


def test_matches_of_one_kind_are_bounded():
    html = " ".join(f"<p>Giá {n}.000đ, mail a{n}@b.example</p>" for n in range(10, 900)).encode()
    facts = parse_page(html, url=URL, observed_at=NOW, bounds=Bounds(matches=50), content_type="charset=utf-8")
    assert len(facts.prices) <= 50
    assert len(facts.emails) <= 50


def test_depth_between_readers_is_flattened_but_read():
    html = ("<div>" * 6_000 + "đáy" + "</div>" * 6_000).encode()
    facts = parse_page(html, url=URL, observed_at=NOW, content_type="charset=utf-8")
    assert facts.text == "đáy"
    assert any("flattened" in gap for gap in facts.gaps)


@pytest.mark.parametrize(
    "level",
    ["<div></b>", "<div><script></script></p>", "<div></i></section>", "<DIV title='</div>'>", "<div><!-- </div> -->"],
)
def test_end_tags_of_nothing_hide_no_depth(level: str) -> None:
    """Each builder takes the square of the depth, and a page of 400 kB that hid it took seconds."""
    tamed = tame_markup(level * 5_000 + "đáy", Bounds(depth=50))
    assert tamed.markup.lower().count("<div") == 50
    assert tamed.markup.endswith("đáy")
    assert any("flattened" in gap for gap in tamed.gaps)


def test_what_is_closed_makes_no_depth() -> None:
    rows = "<section><b>a</b><textarea></div><b></textarea><img alt='<div>'><p><Title><div></TITLE></section>" * 5_000
    assert tame_markup(rows, Bounds(depth=50)).markup == rows
