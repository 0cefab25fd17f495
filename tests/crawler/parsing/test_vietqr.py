"""VietQR payloads, generators' URLs, and codes read back from pictures drawn here."""

import base64
import io
from binascii import crc_hqx
from datetime import UTC, datetime

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.parsing.page import parse_page
from crawler.parsing.qr import read_codes
from crawler.parsing.vietqr import crc_matches, parse_code_url, parse_payload, read_tlv

VECTOR = (
    "00020101021238530010A0000007270123000697041601092245284790208QRIBFTTA53037045405100005802VN"
    "62340107NPS68690819TRANSFER TO SOMEONE6304AC13"
)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def draw(text: str, kind: str = "PNG", mode: str = "L") -> bytes:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    raw = zxingcpp.write_barcode_to_image(code, scale=4)
    height, width = memoryview(raw).shape[:2]
    out = io.BytesIO()
    Image.frombytes("L", (width, height), bytes(memoryview(raw))).convert(mode).save(out, kind)
    return out.getvalue()


def field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def build(account: str, order: tuple[str, ...] = ("38", "53", "54", "58")) -> str:
    member = field("00", "970436") + field("01", account)
    parts = {
        "38": field("38", field("00", "A000000727") + field("01", member) + field("02", "QRIBFTTA")),
        "53": field("53", "704"),
        "54": field("54", "50000"),
        "58": field("58", "VN"),
    }
    body = "000201010212" + "".join(parts[tag] for tag in order) + "6304"
    return f"{body}{crc_hqx(body.encode(), 0xFFFF):04X}"


def test_known_vector():
    code = parse_payload(VECTOR)
    assert (code.bin, code.account, code.service, code.amount) == ("970416", "224528479", "account", 10_000)
    assert code.message == "TRANSFER TO SOMEONE"
    assert code.crc_ok


@given(st.permutations(["38", "53", "54", "58"]), st.text("0123456789", min_size=6, max_size=19))
def test_any_order_of_fields(order, account):
    code = parse_payload(build(account, tuple(order)))
    assert (code.bin, code.account, code.amount, code.crc_ok) == ("970436", account, 50_000, True)


@given(st.integers(12, len(VECTOR) - 5), st.sampled_from("XYZ"))
def test_one_changed_character_breaks_the_check(position, letter):
    damaged = f"{VECTOR[:position]}{letter}{VECTOR[position + 1 :]}"
    assert damaged == VECTOR or not crc_matches(damaged)


@given(st.text(max_size=200))
def test_no_text_raises(text):
    parse_payload(text)
    parse_payload(f"000201{text}")
    read_tlv(text)
    parse_code_url(f"https://img.vietqr.io/image/{text}")


@pytest.mark.parametrize("text", ["", "000", "https://a.example/", "2|99|0912345678|A"])
def test_other_texts_are_no_payload(text):
    assert parse_payload(text) is None


def test_code_urls():
    code, holder = parse_code_url(
        "https://img.vietqr.io/image/VCB-0123456789-compact2.png?amount=50000&addInfo=DH1&accountName=NGUYEN%20VAN%20A"
    )
    assert (code.bin, code.account, code.amount, code.message, holder) == (
        "970436",
        "0123456789",
        50_000,
        "DH1",
        "NGUYEN VAN A",
    )
    assert parse_code_url("https://qr.sepay.vn/img?acc=0010000000355&bank=Vietcombank")[0].account == "0010000000355"
    assert parse_code_url("https://img.vietqr.io/image/UNKNOWN-0123456789-x.png") is None
    assert parse_code_url("https://vietqr.io.evil.example/image/970416-1-x.png") is None


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "L"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("GIF", "P"), ("WEBP", "RGB")]
)
def test_pictures_are_read(kind, mode):
    assert read_codes(draw(VECTOR, kind, mode), DEFAULT_BOUNDS) == ([VECTOR], "")


def test_pictures_of_a_page_become_accounts():
    url = "https://shop.example/qr.png"
    inline = base64.b64encode(draw("2|99|0912345678|NGUYEN VAN A|||0|50000")).decode()
    html = f'<img src="/qr.png"><img src="data:image/png;base64,{inline}">'.encode()
    other = {url: draw(VECTOR), "https://shop.example/b.png": draw("https://t.me/nhom_vidu")}
    facts = parse_page(html, url="https://shop.example/", observed_at=NOW, images=other)
    assert facts.payment_qrs[0].image_url == url
    account = facts.bank_accounts[0]
    assert (account.number, account.bank, account.bin, account.source) == ("224528479", "acb", "970416", "vietqr")
    assert [(w.provider, w.account, w.holder) for w in facts.wallets] == [("momo", "0912345678", "NGUYEN VAN A")]
    assert [h.value for h in facts.handles] == ["nhom_vidu"]


def test_hostile_pictures_are_named_not_decoded():
    out = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(out, "PNG")
    assert "pixels" in read_codes(out.getvalue(), DEFAULT_BOUNDS)[1]
    assert "bytes" in read_codes(b"x" * 11, Bounds(image_bytes=10))[1]
    assert "unreadable" in read_codes(b"<svg>", DEFAULT_BOUNDS)[1]


@given(st.binary(max_size=200), st.integers(0, 60))
def test_damaged_pictures_never_raise(noise, position):
    picture = draw("abc")
    read_codes(picture[:position] + noise + picture[position + len(noise) :], DEFAULT_BOUNDS)


def test_half_a_pair_is_no_crash() -> None:
    assert not crc_matches("5901\ud8006304ABCD")
