"""Marks of what a page sells: the same in another dress and order, none where nothing is sold by name."""

import pytest

from crawler.detection.facts import GoodsMark
from crawler.parsing.goods import GOODS, parse_goods

NAMES = (
    "Đầm xòe cổ vuông tay phồng hoa nhí",
    "Chân váy xếp ly dài lưng thun kẻ ô",
    "Áo sơ mi lụa cổ nơ tay bồng trắng sữa",
    "Set áo yếm quần ống rộng đũi xanh rêu",
    "Váy ngủ lụa hai dây viền ren hồng phấn",
)


def marks(document, html: str) -> tuple[GoodsMark, ...]:
    return parse_goods(document(f"<html><body>{html}</body></html>"))


def cards(names=NAMES, price="450.000đ", row="<div><a>{name}</a><p>{price}</p></div>") -> str:
    return "".join(row.format(name=name, price=price) for name in names)


@pytest.mark.parametrize(
    "row",
    [
        "<div><p>{price}</p><img><h3>{name}</h3></div>",  # the price stands first
        "<li>{name} {price}</li>",
        "<li><a>{name}</a><b>{price}</b><span>Mua ngay</span></li>",
        "<li>{name}: {price}/bộ</li>",
        "<div><h3>[FREESHIP] {name} -40%</h3><p>Đã bán 120</p><p>★ 4,8</p><p>900.000đ</p><p>{price}</p></div>",
    ],
)
def test_goods_are_the_same_in_another_dress(document, row: str) -> None:
    there = marks(document, cards())
    here = marks(document, cards(row=row) + ("<p>450.000đ</p>" if row.startswith("<div><p>") else ""))
    assert [mark.value for mark in here] == [mark.value for mark in there]
    assert {mark.price for mark in here} == {450_000}


@pytest.mark.parametrize(
    "html",
    [
        cards(NAMES[:4]),
        cards([f"Mẫu số {number}" for number in range(9)]),  # names that are many people's
        "".join(
            f"<p>Hạn mức của gói vay tiêu dùng số {n} đến 50 triệu đồng, xét duyệt trong ngày</p>" for n in "abcdef"
        ),
        cards(price="Liên hệ"),
        "",
    ],
)
def test_what_sells_nothing_by_name_has_no_goods(document, html: str) -> None:
    assert marks(document, html) == ()


def test_of_many_goods_two_pages_keep_the_same(document) -> None:
    names = [f"{name} bản {number} cho mùa thu" for name in NAMES for number in range(40)]
    kept = marks(document, cards(names))
    assert len(kept) == GOODS
    assert marks(document, cards(reversed(names))) == kept


def test_a_hostile_page_of_prices_costs_no_more_than_its_size(document) -> None:
    assert marks(document, "<p>1đ 1đ 1đ</p>" * 20_000) == ()
    assert len(marks(document, cards([f"hàng {'x' * 20} loại {'y' * 9}{n}z" for n in range(5_000)]))) <= GOODS
