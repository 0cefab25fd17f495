"""What OCR read becomes facts of the page, told apart from what the page itself says."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.facts_json import facts_from_json, facts_to_json
from crawler.parsing.page import parse_page
from crawler.parsing.recognised import add_recognised

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = parse_page(
    "<title>Kho giày</title><p>Giảm giá cuối năm</p><p>STK 0123456789 Vietcombank, chủ TK NGUYEN VAN A</p>".encode(),
    url="https://a.example/",
    observed_at=NOW,
    content_type="text/html; charset=utf-8",
)


def test_lines_that_the_page_lacks_are_added_with_what_they_give() -> None:
    read = add_recognised(
        PAGE, "GIẢM GIÁ cuối năm\n\nChuyển khoản trước, STK 99887766554 MB Bank, chủ TK TRAN VAN B\nZalo 0905123456"
    )
    assert read.recognised.splitlines() == [
        "Chuyển khoản trước, STK 99887766554 MB Bank, chủ TK TRAN VAN B",
        "Zalo 0905123456",
    ]
    assert read.text == f"{PAGE.text}\n{read.recognised}"
    assert [(account.number, account.source) for account in read.bank_accounts] == [
        ("0123456789", "text"),
        ("99887766554", "picture"),
    ]
    assert "+84905123456" in {phone.number for phone in read.phones}


def test_nothing_new_changes_nothing() -> None:
    assert add_recognised(PAGE, "Giam gia cuoi nam\n--- |\n ~") is PAGE


@given(st.text(max_size=400))
def test_any_text_makes_facts_that_can_be_stored(text: str) -> None:
    read = add_recognised(PAGE, text)
    assert facts_from_json(facts_to_json(read)) == read
    assert read.bank_accounts[: len(PAGE.bank_accounts)] == PAGE.bank_accounts
