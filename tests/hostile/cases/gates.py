"""Frauds behind a gate: nothing of them stands on the page until somebody says that he is old enough, or «enter»."""

from tests.hostile.answers import Answer, data, html, page
from tests.hostile.case import Case
from tests.hostile.cases.clothes import DOOR, SALE

OPEN = "<p>Nội dung dành cho người trưởng thành.</p>"
FETCHED = "fetch('/ban').then(a => a.text()).then(t => document.body.innerHTML = t)"


def gated(body: str, press: str) -> dict[str, Answer]:
    """A page with ``body``; ``press``: what its script does when #b is pressed."""
    return {
        "/": html(f"<!doctype html><title>18+</title>{OPEN}{body}<script src=/a.js></script>"),
        "/a.js": data(f"document.getElementById('b').addEventListener('click', () => {{ {press} }})", kind="text/javascript"),
        "/ban": page(f"{SALE}{DOOR}"),
    }  # fmt: skip


GATES = {
    "age-question": gated("<button id=b>Tôi đã đủ 18 tuổi</button> <a href=http://no.example/>Không</a>", FETCHED),
    "enter": gated("<a id=b href='#'>VÀO TRANG</a>", "location = '/ban'"),
    "consent": gated("<div role=button id=b>Đồng ý và tiếp tục</div>", f"setTimeout(() => {FETCHED}, 1500)"),
    "consent-that-posts": gated(
        "<button id=b>Accept all</button>",
        f"navigator.sendBeacon('http://@V4@/', 'a'); fetch('http://@V4@/', {{method: 'POST', mode: 'no-cors'}}); {FETCHED}",
    ),
}
CASES = tuple(Case(f"g-{name}", answers, "read", "read", flagged=True) for name, answers in GATES.items())
