"""Messy lists: what is meant is found, each once; what is not is named with its line and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.errors import RecordsError
from takedown.records.subjects import read_subjects


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("hxxps://Shop-A[.]example/khuyen-mai?x=1", "domain", "shop-a.example"),
        ("hxxp[:]//www.shop-a(dot)example.", "domain", "shop-a.example"),
        ("h**ps://shop-a.example", "domain", "shop-a.example"),
        ("1) shop-a . example", "domain", "shop-a.example"),
        ("  - «shop-a.example»,", "domain", "shop-a.example"),
        ("shop-a。example", "domain", "shop-a.example"),
        ("shop\u200b-a.exa\u00admple", "domain", "shop-a.example"),
        ("bán-hàng.example", "domain", "xn--bn-hng-ltae.example"),
        ("qua-tang.weebly.com/x", "domain", "qua-tang.weebly.com"),
        ("a.b.shop.com.vn", "domain", "shop.com.vn"),
        ("http://203.0.113.7:8080/x", "address", "203.0.113.7"),
        ("[2001:db8::1]", "address", "2001:db8::1"),
        ("0912 345 678", "phone", "+84912345678"),
        ("(+84) 912.345.678", "phone", "+84912345678"),
    ],
)
def test_what_is_meant_is_found(line: str, kind: str, value: str) -> None:
    read = read_subjects(line)
    assert [(entry.kind, entry.value) for entry in read.subjects] == [(kind, value)], read.rejects
    assert read.subjects[0].original == line.strip()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("xn--zzzzzzz999999.example", "punycode"),
        ("xn--shop-.example", "cannot be read"),
        ("com.vn", "ending"),
        ("an@shop.example", "mail address"),
        ("ftp://shop.example/x", "web address"),
        ("shop..example", "cannot be read"),
        ("khongcodau", "cannot be read"),
        ("???", "punctuation alone"),
        ("- «???», !", "punctuation alone"),
        ("+84 1", "cannot be read"),
        ("0999 999 999 999 999", "digits"),
    ],
)
def test_what_nobody_could_be_asked_about_is_rejected_with_its_reason(line: str, why: str) -> None:
    read = read_subjects(f"\n{line}")
    assert not read.subjects
    assert all((reject.line, reject.original) == (2, line) for reject in read.rejects)
    assert any(why in reject.reason for reject in read.rejects), read.rejects


def test_punctuation_beside_a_name_and_lines_that_only_divide_are_no_rejects() -> None:
    read = read_subjects("shop-a.example . ;\n\n | , |\n# ghi chú ???\n")
    assert (len(read.subjects), read.rejects) == (1, ())


def test_mixed_scripts_and_protected_sites_are_marked_for_a_person() -> None:
    mixed, plain = read_subjects("vіetcombank.example\nwww.facebook.com/trang-gia").subjects  # a Cyrillic і
    assert mixed.value.startswith("xn--")
    assert "Cyrillic, Latin" in mixed.notes[0]
    assert "vіetcombank" in mixed.shown
    assert "protected" in plain.notes[0]
    assert plain.urls == ("https://www.facebook.com/trang-gia",)


def test_one_thing_is_kept_once_with_all_its_addresses() -> None:
    read = read_subjects("shop.example/a, shop.example/b\nHTTP://SHOP.EXAMPLE/a shop.example")
    assert [(e.value, len(e.urls)) for e in read.subjects] == [("shop.example", 3)]
    assert read.repeated == 3


def test_ten_thousand_are_read_at_once_and_more_are_refused_in_words() -> None:
    lines = [f"hxxp://shop-{number}[.]example/" for number in range(10_000)]
    assert len(read_subjects("\n".join(lines)).subjects) == 10_000
    with pytest.raises(RecordsError, match="divide it"):
        read_subjects("\n".join([*lines, "one-more.example"]))
    with pytest.raises(RecordsError, match="lines"):
        read_subjects("\n" * 30_000)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_subjects(text)
    assert all(entry.value.isascii() for entry in read.subjects)
