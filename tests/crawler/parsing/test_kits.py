"""Marks of a page's kit: the same under other words and pictures, none where half the web is built so."""

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.detection.facts import KitMark
from crawler.parsing.kits import MARKS, parse_kits

ROW = '<li class="dong"><b class="ai">{who}</b><i class="gi">{what}</i></li>'


def part(name: str = "khung", rows: int = 5, who: str = "Hoa", extra: str = "") -> str:
    """A part of its own: 13 names, 17 edges, as many rows as one likes."""
    cells = "".join(f'<span class="o o-{number}"></span>' for number in range(6))
    form = (
        '<form class="mau"><label class="nhan">Tên</label><input class="nhap"><button class="nut">Gửi</button></form>'
    )
    head = f'<div class="dau"><h1 class="lon">{who}</h1><p class="nho">x</p><img class="bia"></div>'
    listed = "".join(ROW.format(who=f"{who} {number}", what=number) for number in range(rows))
    return f'<div class="{name}">{head}<div class="mam">{cells}</div>{form}<ul class="ds">{listed}</ul>{extra}</div>'


def page(*parts: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{''.join(parts)}</body></html>"


def test_other_words_and_other_numbers_of_rows_are_the_same_kit(document) -> None:
    (mark,) = parse_kits(document(page(part())))
    assert mark.kind == "markup"
    assert parse_kits(document(page(part(rows=9, who="Nam")), url="https://khac.example/a")) == (mark,)
    assert parse_kits(document(page(part(name="khac")))) != (mark,)


def test_parts_that_say_little_make_no_mark(document) -> None:
    plain = "<div>" + "<p>x</p>" * 60 + "</div>"
    table = "<table>" + '<tr class="a"><td class="b">1</td><td class="c">2</td></tr>' * 40 + "</table>"
    assert parse_kits(document(page(plain, table))) == ()
    assert parse_kits(document(page())) == ()
    assert parse_kits(document("")) == ()


def test_a_page_has_few_marks_however_many_parts_it_has(document) -> None:
    many = parse_kits(document(page(*(part(name=f"k{number}") for number in range(20)))))
    assert len(many) == MARKS


def test_own_files_are_a_mark_without_libraries_versions_and_hashes(document) -> None:
    head = '<script src="/js/jquery-3.6.0.min.js"></script><link rel="stylesheet" href="css/{0}?v={1}">'
    files = '<script src="/js/vongquay.js"></script><script src="js/nhanqua.min.js"></script>' + head
    (mark,) = parse_kits(document(page(head=files.format("trungthuong.css", 1))))
    assert mark.kind == "files"
    later = (
        files.format("trungthuong.css", 2) + '<script src="app.3f2a9b1c77.js"></script><script src="/main.js"></script>'
    )
    assert parse_kits(document(page(head=later))) == (mark,)
    assert parse_kits(document(page(head=files.format("style.css", 1)))) == ()
    elsewhere = files.replace('src="/js/vongquay.js"', 'src="https://cdn.example/vongquay.js"')
    assert parse_kits(document(page(head=elsewhere.format("trungthuong.css", 1)))) == ()


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="generator" content="Joomla! 5">',
        '<link rel="stylesheet" href="/wp-content/themes/shop/style.css">',
        '<script src="//bizweb.dktcdn.net/100/1/themes/main.js"></script>',
    ],
)
def test_a_builders_page_has_no_mark(document, head: str) -> None:
    assert parse_kits(document(page(part(), head=head))) == ()


def test_a_builders_classes_are_known_by_their_beginning(document) -> None:
    assert parse_kits(document(page(part(extra='<div class="x elementor-row"></div>')))) == ()
    assert len(parse_kits(document(page(part(extra='<div class="my-elementor"></div>'))))) == 1


def test_hostile_markup_costs_no_more_than_it_weighs(document) -> None:
    deep = "<div class=a>" * 3_000 + "</div>" * 3_000
    wide = part(name="k" * 100_000, rows=200)
    marks = parse_kits(document(page(deep, wide, part() * 400)))
    assert all(isinstance(mark, KitMark) and len(mark.value) == 16 for mark in marks)
    assert len(marks) <= DEFAULT_BOUNDS.matches
