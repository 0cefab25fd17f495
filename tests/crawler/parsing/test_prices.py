"""Prices in dong as Vietnamese pages write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.prices import find_amounts, parse_prices, read_number


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.290.000đ", 1_290_000),
        ("1,290,000 VND", 1_290_000),
        ("₫199.000", 199_000),
        ("Đ 99.000", 99_000),
        ("199k", 199_000),
        ("1tr2", 1_200_000),
        ("1tr290", 1_290_000),
        ("2 triệu 5", 2_500_000),
        ("1,5 triệu đồng", 1_500_000),
        ("3 tỷ", 3_000_000_000),
        ("50 nghìn", 50_000),
        ("giá 350000đ/kg", 350_000),
        ("１.２９０.０００ đ", 1_290_000),
    ],
)
def test_amounts(text, amount):
    assert [found[0] for found in find_amounts(text)] == [amount]


@pytest.mark.parametrize(
    "text", ["10k người theo dõi", "5tr lượt xem", "2m vải", "500 đồng", "trang 12 đầu", "0912.345.678", "3.5.2024"]
)
def test_no_amount(text):
    assert find_amounts(text) == []


def test_neighbouring_elements_run_together(document):
    assert [p.amount for p in parse_prices(document("<span>2.500.000đ</span><span>450.000đ</span>"))] == [
        2_500_000,
        450_000,
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<h3>Áo</h3><p><del>900.000đ</del> <ins>300.000đ</ins></p>",
        "<h3>Áo</h3><p><ins>300.000đ</ins> <s>900.000đ</s></p>",
        "<h3>Áo</h3><div><span class='price--old old-price'>900.000</span><b class='special'>300.000đ</b></div>",
        "<h3>Áo</h3><p><span style='text-decoration: line-through'>900k</span> 300k</p>",
        "<p>Giá niêm yết: 900.000đ</p><p>Giá bán: 300.000đ</p>",
    ],
)
def test_struck_out_price_pairs(document, html):
    price = parse_prices(document(html))[0]
    assert (price.amount, price.was) == (300_000, 900_000)
    assert price.discount == pytest.approx(2 / 3)


def test_each_card_keeps_its_own_pair(document):
    html = "".join(f"<li><h4>Món {n}</h4><del>{n}00.000đ</del> <ins>{n}0.000đ</ins></li>" for n in range(2, 9))
    found = [(p.item, p.amount, p.was) for p in parse_prices(document(f"<ul>{html}</ul>"))]
    assert found == [(f"Món {n}", n * 10_000, n * 100_000) for n in range(2, 9)]


def test_offers_and_attributes(document):
    html = """<script type="application/ld+json">[{"@type":"Product","name":"A",
    "offers":{"price":"1290000.00","priceCurrency":"VND"}}]</script>
    <meta property="product:price:amount" content="850000"><i data-price="450.000"></i><i data-price="12"></i>"""
    assert [p.amount for p in parse_prices(document(html))] == [1_290_000, 850_000, 450_000]


@given(st.integers(1_000, 100_000_000_000))
def test_dotted_amounts_read_back(amount):
    assert find_amounts(f"{amount:,}đ".replace(",", "."))[0][0] == amount


@given(st.text(max_size=200), st.text(max_size=20))
def test_no_text_raises(document, text, value):
    find_amounts(text)
    read_number(value)
    parse_prices(document(f"<div><del>{text}</del><ins>1.000đ</ins><i data-price='{value}'></i></div>"))
