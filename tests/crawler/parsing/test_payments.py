"""Accounts are read where a label or a bank says so, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.banks import find_bank, find_banks, load_banks, lookup_bin
from crawler.parsing.folding import fold
from crawler.parsing.payments import parse_accounts, parse_wallets


def read(document, html):
    return [(a.number, a.bank, a.holder) for a in parse_accounts(document(html))]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>STK: 0123456789 - Vietcombank - NGUYEN VAN A</p>", ("0123456789", "vietcombank", "NGUYEN VAN A")),
        (
            "<p>Số TK 1903 6522 888014 tại ngân hàng Techcombank, chủ TK: Tran Thi B</p>",
            ("19036522888014", "techcombank", "Tran Thi B"),
        ),
        (
            "<li>NH: VCB</li><li>CTK: NGUYEN VAN A</li><li>STK: 0123456789</li>",
            ("0123456789", "vietcombank", "NGUYEN VAN A"),
        ),
        ("<p>chuyển khoản MB Bank 0912345678 LE VAN C</p>", ("0912345678", "mbbank", "")),
        ("<div>Số tài khoản</div><div>0987654321</div><div>Ngân hàng Á Châu</div>", ("0987654321", "acb", "")),
        ("<p>ủng hộ qua số tài khoản: DBPX07052024 tại Vietinbank</p>", ("DBPX07052024", "vietinbank", "")),
        ("<p>Account number: 0123456789, Account name: TRAN THI B, BIDV</p>", ("0123456789", "bidv", "TRAN THI B")),
        ("<p>ＳＴＫ: ０１２３４５６７８９ Agribank chuyển khoản</p>", ("0123456789", "agribank", "")),
    ],
)
def test_accounts(document, html, expected):
    found = read(document, html)[0]
    assert found[:2] == expected[:2]
    assert found[2] == expected[2] or not expected[2]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hotline Vietcombank: 1900545413</p>",
        "<p>Mã đơn hàng 0123456789 tại ACB</p>",
        "<p>Đăng nhập tài khoản của bạn. Mã số thuế: 0100109106</p>",
        "<p>Liên hệ: 0905 123 456</p>",
        "<p>Số thẻ: 0000 0000 0000 0000 thanh toán</p>",
        "<input placeholder='Số tài khoản 0123456789 Vietcombank'>",
        "<p>Tài khoản 2024 người dùng, An Bình 0123456789</p>",
    ],
)
def test_no_account(document, html):
    assert read(document, html) == []


def test_two_accounts_keep_their_own_holders(document):
    html = "".join(
        f"<p>Ngân hàng: {bank}</p><p>Số tài khoản: {number}</p><p>Chủ tài khoản: {holder}</p>"
        for bank, number, holder in (
            ("Sacombank", "060111222333", "NGUYEN VAN A"),
            ("TPBank", "00099988877", "TRAN THI B"),
        )
    )
    assert read(document, html) == [
        ("060111222333", "sacombank", "NGUYEN VAN A"),
        ("00099988877", "tpbank", "TRAN THI B"),
    ]


@pytest.mark.parametrize(
    ("written", "holder"),
    [
        ("NGUYEN VAN A. Kết bạn Zalo chị quản lý để nhận mã", "NGUYEN VAN A"),
        ("TRAN THI B! Gọi ngay sau khi chuyển", "TRAN THI B"),
        ("CTY. CỔ PHẦN MẪU", "CTY. CỔ PHẦN MẪU"),
        ("Cty. Cổ phần Mẫu", "Cty. Cổ phần Mẫu"),
    ],
)
def test_a_holder_ends_where_a_sentence_begins(document, written, holder):
    page = document(f"<p>STK: 0123456789 Vietcombank, chủ tài khoản: {written}</p>")
    assert [account.holder for account in parse_accounts(page)] == [holder]


def test_wallets(document):
    page = document(
        "<p>MoMo 0912.345.678 - NGUYEN VAN A</p><p>Viettel Pay: 0987654321</p><p>MoMo giảm 50000000000đ</p>"
    )
    found = [(w.provider, w.account, w.holder) for w in parse_wallets(page, ())]
    assert found == [("momo", "0912345678", "NGUYEN VAN A"), ("viettelmoney", "0987654321", "")]


def test_bank_table_holds_together():
    banks = load_banks()
    assert len({bank.id for bank in banks}) == len(banks)
    assert all(len(number) == 6 and number.isdigit() for bank in banks for number in bank.bins)
    assert lookup_bin("970416").id == "acb"
    assert [find_bank(name).id for name in ("VCB", "Vietin", "970407", "MB Bank")] == [
        "vietcombank",
        "vietinbank",
        "techcombank",
        "mbbank",
    ]
    assert find_banks(fold("Quân đội ta, xã An Bình")) == []


@given(st.text(max_size=300))
def test_no_text_raises(document, text):
    page = document(f"<p>STK: {text} Vietcombank {text}</p>")
    for account in parse_accounts(page):
        assert account.number.isalnum()
    parse_wallets(page, ())


@given(
    st.text("0123456789", min_size=8, max_size=19).filter(
        lambda t: len(set(t)) > 1 and not t.startswith(("1900", "1800"))
    )
)
def test_any_labelled_number_is_found(document, number):
    assert [a.number for a in parse_accounts(document(f"<b>STK: {number} ngân hàng BIDV</b>"))] == [number]
