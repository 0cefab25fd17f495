"""Frauds that cost whoever looks as much as they can: they reach the browser, and hold it, the reader or the wire."""

from tests.hostile.answers import Answer, data, late, page, silence
from tests.hostile.case import Case
from tests.hostile.cases.clothes import DOOR, SALE

ANY = "read|truncated|timed_out|too_heavy|browser_failed"


def selling(body: str, **others: Answer) -> dict[str, Answer]:
    """A shop with ``body`` behind it; ``others`` by the last word of their paths."""
    return {"/": page(f"{SALE}{DOOR}{body}"), **{f"/{name}": answer for name, answer in others.items()}}


def scripted(body: str) -> dict[str, Answer]:
    return selling(f"<script>{body}</script>")


TELLING = ("chinh-sach-doi-tra", "lien-he", "thanh-toan", "gioi-thieu", "gio-hang")
LINKS = "".join(f"<a href=/{name}>{name.replace('-', ' ')}</a> " for name in TELLING)
NESTED = (
    "const f = document.createElement('iframe'); f.srcdoc = '<script>for (;;);</' + 'script>'; document.body.append(f)"
)
CASES = (
    Case(
        "z-loop-of-twelve-seconds",
        scripted("const t = Date.now(); while (Date.now() - t < 12000);"),
        "read",
        "read",
        flagged=True,
    ),
    Case("z-endless-loop", scripted("for (;;);"), "read", ANY, flagged=True),
    Case("z-endless-loop-later", scripted("setTimeout(() => { for (;;); }, 500)"), "read", ANY, flagged=True),
    Case(
        "z-loop-after-loop",
        scripted("setInterval(() => { const t = Date.now(); while (Date.now() - t < 4000); }, 1)"),
        "read",
        ANY,
        flagged=True,
    ),
    Case("z-loops-in-frames", scripted(NESTED * 4), "read", ANY, flagged=True),
    Case(
        "z-loops-in-workers",
        scripted("for (let i = 0; i < 16; i++) new Worker(URL.createObjectURL(new Blob(['for (;;);'])))"),
        "read",
        ANY,
        flagged=True,
    ),
    Case(
        "z-memory", scripted("const a = []; for (;;) a.push(new Uint8Array(5e7).fill(1));"), "read", ANY, flagged=True
    ),
    Case(
        "z-many-attributes",
        selling("<b " + " ".join(f"a{n}=1" for n in range(400_000)) + ">"),
        "read|truncated",
        ANY,
        flagged=True,
    ),
    Case(
        "z-attribute-of-control-characters",
        scripted("document.body.setAttribute('data-a', '\\x01'.repeat(64e6))"),
        "read",
        ANY,
        flagged=True,
    ),
    Case(
        "z-root-of-control-characters",
        scripted(
            "const b = document.createElement('b'); b.setAttribute('data-a', '\\x01'.repeat(64e6));"
            "document.body.appendChild(document.createElement('div')).attachShadow({mode: 'open'}).append(b)"
        ),
        "read",
        ANY,
        flagged=True,
    ),
    Case(
        "z-many-tags",
        {"/": data(f"<title>Xả kho</title>{SALE}{DOOR}" + "<b>x" * 1_000_000)},
        "truncated",
        ANY,
        flagged=True,
    ),
    Case(
        "z-pictures-that-never-come",
        selling("".join(f"<img src=/p{n}>" for n in range(40)), **{f"p{n}": silence for n in range(40)}),
        "read",
        ANY,
        flagged=True,
    ),
    Case(
        "z-telling-pages-that-never-come", selling(LINKS, **dict.fromkeys(TELLING, silence)), "read", ANY, flagged=True
    ),
    Case("z-late-by-ten-seconds", {"/": late(page(f"{SALE}{DOOR}"), 10)}, "read|timed_out", "read", flagged=True),
    Case("z-put-off", scripted("(function f() { setTimeout(f, 9000) })()"), "read", "read", flagged=True),
    Case("z-tall", selling("<p style='height:9000000px'>" + "<p>chữ" * 20_000), "read|truncated", ANY, flagged=True),
)
