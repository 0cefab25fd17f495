"""What a pattern cannot be without: never more than every match has."""

import re
import tomllib
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.concepts import CONCEPTS, Sentences
from crawler.detection.needed_words import NeededWords, WordIndex, needed_words, words_in

FILE = tomllib.loads(CONCEPTS.read_text(encoding="utf-8"))
WAYS = [*FILE["refusal"], *(way for row in FILE["concept"].values() for ways in row["parts"].values() for way in ways)]
FOLDED = st.sampled_from(f"{ascii_lowercase}{digits}% ")


@given(st.sampled_from(WAYS), st.data())
def test_a_text_that_a_way_matches_has_the_words_that_the_way_needs(way: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(rf"(?:^|[ %])(?:{way})(?:[ %0-9]|$)"), fullmatch=True, alphabet=FOLDED))
    index = WordIndex([words_in("another line"), words_in(text)])
    assert index.may_match(NeededWords([way])) in (None, {1}, {0, 1})


@given(st.lists(st.sampled_from(WAYS), min_size=1, max_size=6), st.data())
def test_a_line_that_is_left_out_holds_no_match(ways: list[str], data: st.DataObject) -> None:
    words = [*sorted({word for way in ways for clause in needed_words(way) for word in clause}), "99", "a", "tien"]
    lines = data.draw(st.lists(st.lists(st.sampled_from(words), max_size=8).map(" ".join), max_size=6))
    may = WordIndex(map(words_in, lines)).may_match(NeededWords(ways))
    pattern = re.compile(r"\b(?:" + "|".join(ways) + r")(?![a-z])")
    held = {place for place, line in enumerate(lines) if pattern.search(line)}
    assert may is None or held <= may


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("nhan tien", [{"nhan"}, {"tien"}]),
        ("scammers?", [{"scammer", "scammers"}]),
        (r"coc \d", [{"coc"}, {"0"}]),
        (r"\d{1,3} ?%", [{"0"}, {"%"}]),
        ("(?:hang|xe may) (?:ve|toi)", [{"hang", "may"}, {"ve", "toi"}]),
        ("ung(?: ra)? (?!ho)tien", [{"ung"}, {"tien"}]),
        ("(?:duoc )?rut", [{"rut"}]),
        ("chuyen(?: [a-z]{2,8}){0,6} truoc", [{"chuyen"}, {"truoc"}]),
        ("multipl(?:y|ies)", []),  # a word begun outside a group
        ("top ?up", []),  # one word or two
        ("x[a-z]*", []),
        (".*", []),
        ("(?<!tu )(?<!\\d)dong", [{"dong"}]),
        ("(?<=a)b", []),  # what the reader does not know needs nothing
        ("[", []),
        ("a\\", []),
        ("", []),
    ],
)
def test_the_reader_of_patterns(pattern: str, needed: list[set[str]]) -> None:
    assert [set(clause) for clause in needed_words(pattern)] == needed


def test_no_way_goes_over_the_end_of_a_line_and_each_needs_a_word() -> None:
    assert [way for way in WAYS if re.search(r"\\[sSWDw]|\[\^|(?<!\\)\.", way)] == []
    assert [way for way in WAYS if not needed_words(way)] == []  # one such way has all texts searched for its part


def test_a_way_that_needs_no_word_is_looked_for_everywhere() -> None:
    index = WordIndex([{"a"}, {"b"}])
    assert index.may_match(NeededWords(["a", "x[a-z]*"])) is None
    assert index.may_match(NeededWords(["a", "c"])) == {0}


def test_parts_of_a_statement_are_found_across_two_sentences() -> None:
    text = "Bạn cần nộp phí hồ sơ 500k. Trước khi giải ngân khoản vay."
    assert Sentences(text).find("pay_to_be_paid") is not None
