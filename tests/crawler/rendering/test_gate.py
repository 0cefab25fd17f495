"""What stands before a page is pressed within bounds: nothing is typed or sent off, and the page stays where it is."""

import pytest

from crawler.bounds import Bounds
from crawler.detection.gates import has_gate, is_gate_label
from crawler.rendering.browser import BrowserChoice
from crawler.rendering.vantages import DESKTOP, PHONE, entering
from tests.crawler.egress.loopback import Server, page
from tests.crawler.rendering.test_renderer import render

ADULT = "<title>x</title><p>Trang dành cho người trưởng thành.</p>"
BEHIND = "Xả kho giảm 90%, chuyển khoản trước"
LEAVE = 'onclick="location = `/taken`"'
SENDS = (
    "navigator.sendBeacon('/taken'); fetch('/taken', {method: 'POST', body: 'a'});"
    "const f = document.createElement('form'); f.action = '/taken'; f.innerHTML = '<input name=otp value=1>';"
    "document.body.append(f); f.submit(); f.method = 'post'; f.submit(); f.requestSubmit();"
)
SOCKETS = "for (const s of ['ws', 'wss']) new WebSocket(s + '://w.example/taken');"
WORKER = f"const w = new Worker(URL.createObjectURL(new Blob([`onmessage = () => {{ {SOCKETS} }}`])));"
PRESSED = f"onmessage = () => {{ {SOCKETS} w.postMessage(1) }}"
FRAME = "<iframe id=f src=http://f.example/frame></iframe>"
FETCHES = "fetch('/more').then(a => a.text()).then(t => document.body.innerHTML = t)"
OPEN = {  # gates with what each says, and a page behind it
    "script": (
        "Tôi đã đủ 18 tuổi",
        f"<button id=b>Tôi đã đủ 18 tuổi</button><script>b.onclick = () => {FETCHES}</script>",
    ),
    "sends": (
        "Tiếp tục",
        (
            f"<div role=button id=b>Tiếp tục</div><script>b.onclick = () => {{ {SENDS}"
            f"b.outerHTML = '{BEHIND[:5]}' + '{BEHIND[5:]}' }}</script>"
        ),
    ),
    "sockets": (
        "Vào trang",
        (
            f"{FRAME}<button id=b>Vào trang</button><script>{WORKER} b.onclick = () => {{ {SOCKETS}"
            f"w.postMessage(1); f.contentWindow.postMessage(1, '*'); {FETCHES} }}</script>"
        ),
    ),
    "link": ("Vào trang web", "<a href=/more>Vào trang web</a>"),
}
LEADS_AWAY = "<button onclick='location = `http://other.example/taken`'>ENTER</button>"
SHUT = {  # nothing here is pressed
    "form": f"<form><button {LEAVE}>Tiếp tục</button></form><button form=f {LEAVE}>Vào</button><form id=f></form>",
    "asks": f"<input name=otp><button {LEAVE}>Tiếp tục</button>",
    "covered": f"<button {LEAVE}>Tiếp tục</button><div style='position:fixed;inset:0'>x</div>",
    "buys": f"<button {LEAVE}>Mua ngay</button>",
    "links": "<a href=/taken ping=/taken>Vào trang</a><a href=/taken download>Vào</a><a href=//b.example/taken>Vào</a>",
}
PAGES = {**{name: body for name, (_, body) in OPEN.items()}, "away": LEADS_AWAY, **SHUT}
LABELS = "Tôi đã đủ 18 tuổi|VÀO TRANG|Đồng ý và tiếp tục|Bấm để vào|I am 18 or older|Click to enter|OK"
OTHERS = "|Mua ngay|Đồng ý thanh toán|Gửi|Đăng nhập|Tiếp tục thanh toán|Vào ví|Accept and pay|Xóa|Tải ứng dụng|Sign in"


def test_a_gate_is_known_by_its_whole_label() -> None:
    assert [label for label in LABELS.split("|") if not is_gate_label(label)] == []
    assert [label for label in (*OTHERS.split("|"), "Xem " * 30) if is_gate_label(label)] == []
    assert has_gate("Chào bạn\n Vào trang \n")
    assert not has_gate("Vào trang của chúng tôi để đọc thêm")


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_press_shows_what_lies_behind_and_sends_nothing(choice: BrowserChoice, bounds: Bounds) -> None:
    answers = {f"/{name}": page(ADULT + body) for name, body in PAGES.items()}
    urls = {name: f"http://gate.example/{name}" for name in PAGES}
    looks = [(url, vantage) for url in urls.values() for vantage in (DESKTOP, entering(PHONE))]
    answers["/frame"] = page(f"<script>{WORKER} {PRESSED}</script>")
    with Server({**answers, "/more": page(BEHIND), "/taken": page("?")}) as server:
        visits = render(server, choice, bounds, *looks, pages=2)
        asked = [head.partition(b"\r\n")[0] for head in server.heads]
    seen, entered = dict(zip(PAGES, visits[::2], strict=True)), dict(zip(PAGES, visits[1::2], strict=True))
    assert [line for line in asked if b"taken" in line or not line.startswith(b"GET ")] == []
    gates = {**dict.fromkeys(PAGES, ""), **{name: label for name, (label, _) in OPEN.items()}, "away": "ENTER"}
    assert {name: visit.gate for name, visit in seen.items()} == gates
    for name, (label, _) in OPEN.items():
        assert BEHIND not in seen[name].html.decode()
        assert BEHIND in entered[name].html.decode(), (name, entered[name].notes)
        assert f"pressed «{label}»" in entered[name].notes
        assert entered[name].screenshot
        assert entered[name].mhtml
    assert any("POST to http://gate.example/taken" in note for note in entered["sends"].notes)
    assert any("kept back after the press: " in note and "sockets" in note for note in entered["sockets"].notes)
    assert any("other.example/taken" in note for note in entered["away"].notes)
    assert "trưởng thành" in entered["away"].html.decode()  # what it showed is not lost
    assert [name for name in SHUT if "nothing was there to be pressed" not in entered[name].notes] == []
    assert {visit.vantage.name for visit in entered.values()} == {"phone-entered"}
