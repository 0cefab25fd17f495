"""Pictures of the sample sites, drawn by code: VietQR codes that scan, and plain SVG for everything else."""

import io
from functools import lru_cache
from html import escape
from zlib import crc32

import zxingcpp
from PIL import Image

from tests.site.catalogue import Picture

GUID = "A000000727"
_SHAPES = {
    "coat": "M95 60 L130 40 L170 40 L205 60 L235 150 L205 160 L200 110 L200 260 L100 260 L100 110 L95 160 L65 150Z",
    "dress": "M125 40 L175 40 L185 110 L225 260 L75 260 L115 110Z",
    "shoe": "M50 190 L60 130 L110 130 L160 175 L240 190 Q255 200 250 220 L50 220Z",
    "bag": "M70 120 L230 120 L245 250 L55 250Z M110 120 Q110 60 150 60 T190 120 L178 120 Q178 75 150 75 T122 120Z",
    "phone": "M100 40 h100 q12 0 12 12 v196 q0 12 -12 12 h-100 q-12 0 -12 -12 v-196 q0 -12 12 -12Z",
    "laptop": "M80 70 h140 q8 0 8 8 v110 h-156 v-110 q0 -8 8 -8Z M50 200 h200 l10 20 h-220Z",
    "pot": "M70 120 h160 v90 q0 40 -40 40 h-80 q-40 0 -40 -40Z M60 105 h180 v12 h-180Z M135 85 h30 v20 h-30Z",
    "bottle": "M130 40 h40 v40 q35 20 35 60 v110 q0 10 -10 10 h-90 q-10 0 -10 -10 v-110 q0 -40 35 -60Z",
    "lamp": "M110 60 h80 l35 100 h-150Z M143 160 h14 v80 h-14Z M105 240 h90 v16 h-90Z",
    "basket": "M70 130 h160 l-20 120 h-120Z M85 130 q65 -110 130 0 l-14 0 q-51 -85 -102 0Z",
    "box": "M60 110 L150 70 L240 110 L240 220 L150 260 L60 220Z",
    "car": "M50 190 l15 -50 q5 -20 30 -20 h90 q20 0 30 20 l30 20 q15 5 15 30Z M80 195 a22 22 0 1 0 44 0Z",
}  # fmt: skip


def parse_crc(payload: str) -> str:
    """CRC-16/CCITT-FALSE of ``payload`` as four upper-case hex digits."""
    crc = 0xFFFF
    for byte in payload.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
            crc &= 0xFFFF
    return f"{crc:04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def vietqr_payload(bank_bin: str, account: str, amount: int | None = None, message: str = "") -> str:
    """The EMV text of a VietQR transfer to ``account`` at the bank with this NAPAS BIN; amount in dong."""
    beneficiary = _field("00", bank_bin) + _field("01", account)
    body = _field("00", "01") + _field("01", "12" if amount else "11")
    body += _field("38", _field("00", GUID) + _field("01", beneficiary) + _field("02", "QRIBFTTA"))
    body += _field("53", "704") + (_field("54", str(amount)) if amount else "") + _field("58", "VN")
    body += (_field("62", _field("08", message)) if message else "") + "6304"
    return body + parse_crc(body)


@lru_cache(maxsize=64)
def draw_qr(payload: str, size: int = 300) -> bytes:
    """A PNG of the QR code, about ``size`` pixels wide with its quiet zone."""
    code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    pixels = Image.fromarray(code.to_image(scale=8, add_quiet_zones=True)).convert("1")
    out = io.BytesIO()
    pixels.resize((size, size), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def draw(picture: Picture) -> tuple[bytes, str]:
    """The picture's bytes and media type."""
    if picture.kind == "vietqr":
        amount = picture.option("amount")
        payload = vietqr_payload(
            picture.option("bin"), picture.option("account"), int(amount) if amount else None, picture.option("message")
        )
        return draw_qr(payload), "image/png"
    painters = {
        "product": _product,
        "banner": _banner,
        "badge": _badge,
        "portrait": _portrait,
        "chart": _chart,
        "logo": _logo,
        "seal": _seal,
    }
    return painters[picture.kind](picture).encode(), "image/svg+xml"


def _svg(width: int, height: int, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="Arial,Helvetica,sans-serif">{body}</svg>'
    )


def _hue(text: str) -> int:
    return crc32(text.encode()) % 360


def _product(picture: Picture) -> str:
    hue = int(picture.option("hue") or _hue(picture.path))
    shape = _SHAPES[picture.option("shape", "box")]
    return _svg(
        300,
        300,
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl({hue},25%,96%)"/>'
        f'<stop offset="1" stop-color="hsl({hue},20%,84%)"/></linearGradient></defs>'
        f'<rect width="300" height="300" fill="url(#g)"/><ellipse cx="150" cy="266" rx="95" ry="9" fill="#0002"/>'
        f'<path d="{shape}" fill="hsl({hue},42%,42%)" fill-rule="evenodd"/>'
        f'<path d="{shape}" fill="none" stroke="hsl({hue},45%,30%)" stroke-width="2"/>',
    )


def _banner(picture: Picture) -> str:
    first, second = picture.option("from", "#b31217"), picture.option("to", "#e52d27")
    ink, size = picture.option("ink", "#fff"), picture.option("size", "54")
    lines = picture.option("text").split("|")
    rows = "".join(
        f'<text x="60" y="{130 + index * 66}" fill="{ink}" font-size="{size if index == 0 else int(size) // 2 + 4}" '
        f'font-weight="{700 if index == 0 else 400}">{escape(line)}</text>'
        for index, line in enumerate(lines)
    )
    return _svg(
        1200,
        340,
        f'<defs><linearGradient id="b" x1="0" x2="1"><stop offset="0" stop-color="{first}"/><stop offset="1" '
        f'stop-color="{second}"/></linearGradient></defs><rect width="1200" height="340" fill="url(#b)"/>'
        f'<circle cx="1040" cy="60" r="190" fill="#fff2"/><circle cx="930" cy="330" r="120" fill="#fff1"/>{rows}',
    )


def _badge(picture: Picture) -> str:
    done = picture.option("text", "ĐÃ THÔNG BÁO")
    colour = picture.option("colour", "#0a73b8")
    return _svg(
        220,
        84,
        f'<rect x="2" y="2" width="216" height="80" rx="12" fill="#fff" stroke="{colour}" stroke-width="3"/>'
        f'<circle cx="42" cy="42" r="28" fill="{colour}"/>'
        f'<path d="M29 43 l9 10 l18 -22" stroke="#fff" stroke-width="6" fill="none"/>'
        f'<text x="80" y="38" font-size="17" font-weight="700" fill="{colour}">{escape(done)}</text>'
        f'<text x="80" y="61" font-size="14" fill="{colour}">BỘ CÔNG THƯƠNG</text>',
    )


def _portrait(picture: Picture) -> str:
    hue = _hue(picture.path)
    return _svg(
        160,
        160,
        f'<rect width="160" height="160" fill="hsl({hue},30%,88%)"/><circle cx="80" cy="66" r="32" '
        f'fill="hsl({hue},25%,60%)"/><path d="M20 160 q0 -56 60 -56 q60 0 60 56Z" fill="hsl({hue},35%,40%)"/>',
    )


def _chart(picture: Picture) -> str:
    seed, price, body = crc32(picture.path.encode()), 150.0, ""
    for index in range(48):
        seed = (seed * 1103515245 + 12345) % 2**31
        step = (seed / 2**31 - 0.42) * 26
        top, colour = min(price, price - step), "#16c784" if step > 0 else "#ea3943"
        body += (
            f'<rect x="{10 + index * 12}" y="{top:.0f}" width="8" height="{max(abs(step), 2):.0f}" fill="{colour}"/>'
        )
        price = min(max(price - step, 30), 250)
    return _svg(600, 280, f'<rect width="600" height="280" fill="{picture.option("ground", "#0b0e11")}"/>{body}')


def _logo(picture: Picture) -> str:
    colour, text = picture.option("colour", "#00693c"), picture.option("text")
    return _svg(
        40 + 19 * len(text),
        56,
        f'<path d="M8 28 L24 8 L40 28 L24 48Z" fill="{colour}"/><text x="52" y="37" font-size="26" font-weight="700" '
        f'fill="{picture.option("ink", colour)}">{escape(text)}</text>',
    )


def _seal(picture: Picture) -> str:
    return _svg(
        96,
        96,
        '<circle cx="48" cy="48" r="46" fill="#d71920"/><circle cx="48" cy="48" r="38" fill="none" stroke="#ffd400" '
        'stroke-width="3"/>'
        '<path d="M48 20 l8 20 h21 l-17 13 l6 21 l-18 -12 l-18 12 l6 -21 l-17 -13 h21Z" fill="#ffd400"/>',
    )
