"""Naughty strings, and thousands of robots.txt of real sites: nothing crashes, hangs, or reaches a terminal raw."""

import ast
import json
import time
import unicodedata
from datetime import UTC, datetime

from protego import Protego

from crawler.detection.engine import assess
from crawler.detection.facts import PageView, SiteFacts
from crawler.middlewares.robots import ROBOTS_BYTES
from crawler.parsing.firstlook import first_look
from crawler.parsing.page import parse_page
from seeds import parse_target
from takedown.cli.shown import encode_json
from takedown.inert import inert
from tests.suites.kept import ROBOTS, STRINGS, suite

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EACH_SECONDS = 2.0
FILES = 400  # the largest


def naughty() -> list[str]:
    module = ast.parse(suite(STRINGS).read_text("utf-8"))
    lists = (node.value for node in module.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.List))
    return [str(each) for each in ast.literal_eval(next(lists))]


def test_naughty_strings_go_through_every_reader() -> None:
    strings = naughty()
    assert len(strings) > 100
    for text in strings:
        html = f"<title>{text}</title><p>{text}</p><a href='{text}'>{text}</a><input name='{text}'>".encode(
            "utf-8", "replace"
        )
        facts = parse_page(html, url="http://a.example/", observed_at=NOW)
        first_look(html, url="http://a.example/")
        assess(SiteFacts("a.example", "a.example", NOW, (PageView(facts),)))
        parse_target(text)


def test_naughty_strings_are_shown_inert_and_kept_in_json() -> None:
    for text in naughty():
        shown = inert(text)
        assert not [each for each in shown if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co"}]
        encoded = encode_json({"title": text})
        assert json.loads(encoded)["title"] == text
        assert not [each for each in encoded if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co"}]


def test_real_robots_files_are_read_in_time() -> None:
    files = sorted(suite(ROBOTS).iterdir(), key=lambda file: -file.stat().st_size)[:FILES]
    assert len(files) == FILES
    for file in files:
        started = time.process_time()
        rules = Protego.parse(file.read_bytes()[:ROBOTS_BYTES].decode("utf-8", "replace"))
        for path in ("/", "/search?q=" + "a" * 500, "/" + "a/" * 200):
            rules.can_fetch(f"http://{file.name}{path}", "lachan")
        assert time.process_time() - started < EACH_SECONDS, file.name
