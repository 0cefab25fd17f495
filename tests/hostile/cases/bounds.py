"""One page for each bound on what a page may do, that does more of it, and does not stop by itself."""

from tests.hostile.answers import WORDS, Answer, data, page
from tests.hostile.case import Case

CUT = "truncated"
KEPT = "read"


def scripted(body: str) -> dict[str, Answer]:
    return {"*": page(f"<script>{body}</script>")}


def every(milliseconds: int, body: str) -> dict[str, Answer]:
    """Ever again, with breath between: such a page lets itself be asked."""
    return scripted(f"setInterval(() => {{ {body} }}, {milliseconds})")


def inserting(sheet: str) -> dict[str, Answer]:
    """200 megabytes of rules that stand in no markup, on a page whose one sheet imports another."""
    return {
        "/": page(
            "<style>@import url(/a.css);</style><script>onload = () => { const rule = '.a{--b:\"' + 'x'.repeat(1e6) + '\"}';"
            f"const sheet = {sheet}; for (let i = 0; i < 200; i++) sheet.insertRule(rule, sheet.cssRules.length) }}</script>"
        )
    }


BOMB_TEXT = "<p>Chúng tôi bán áo dài may sẵn, nhận may đo theo số đo. </p>"
CASES = (
    Case(
        "l-nodes-without-end",
        every(
            20, "const p = document.createElement('p'); p.innerHTML = '<b>x</b>'.repeat(9000); document.body.append(p)"
        ),
        KEPT,
        "read|truncated|too_heavy",  # a quick machine has taken its picture before there is too much
    ),
    Case("l-rules-without-markup", inserting("document.styleSheets[0]"), KEPT, KEPT, holds="Xin chào"),
    Case(
        "l-rules-of-an-import",
        {
            **inserting("document.styleSheets[0].cssRules[0].styleSheet"),
            "/a.css": data("b{color:red}", kind="text/css"),
        },
        KEPT,
        KEPT,
        holds="Xin chào",
    ),
    Case(
        "l-pictures-of-a-script",
        scripted(
            "for (let i = 0; i < 20; i++) { const d = new DataView(new ArrayBuffer(96e5 + 54));"
            "[[0, 0x4d42, 2], [10, 54, 4], [14, 40, 4], [18, 2000, 4], [22, 1600, 4], [26, 1, 2], [28, 24, 2]].forEach("
            "([at, value, size]) => size === 2 ? d.setUint16(at, value, true) : d.setUint32(at, value, true));"
            "const p = new Image(); p.src = URL.createObjectURL(new Blob([d], {type: 'image/bmp'})); document.body.append(p) }"
        ),
        KEPT,
        "read|too_heavy",
    ),
    Case("l-nodes-from-the-start", {"*": data(WORDS + "<b>x" * 1_500_000)}, CUT, "truncated|timed_out|too_heavy"),
    Case(
        "l-nodes-in-frames",
        scripted(
            "for (let i = 0; i < 60; i++) { const f = document.createElement('iframe'); f.srcdoc = '<b>x'.repeat(9000); document.body.append(f) }"
        ),
        KEPT,
        "truncated|too_heavy",
    ),
    Case(
        "l-document-beyond-its-bytes", scripted("document.body.append('chữ '.repeat(4e6))"), KEPT, "truncated|too_heavy"
    ),
    Case(
        "l-errors-without-end",
        every(1, "for (let i = 0; i < 50; i++) setTimeout(() => { throw new Error('x') })"),
        KEPT,
        KEPT,
        holds="Xin chào",
    ),
    Case("l-errors-of-megabytes", every(5, "throw new Error('x'.repeat(3e6))"), KEPT, KEPT, holds="Xin chào"),
    Case(
        "l-rejections-without-end",
        every(1, "for (let i = 0; i < 50; i++) Promise.reject('x'.repeat(1000))"),
        KEPT,
        KEPT,
        holds="Xin chào",
    ),
    Case(
        "l-console-of-a-worker",
        scripted("new Worker(URL.createObjectURL(new Blob(['for (;;) console.log(\"x\".repeat(1e5))'])))"),
        KEPT,
        "read|too_heavy|browser_failed",
    ),
    Case(
        "l-console-of-a-frame",
        scripted(
            "const f = document.createElement('iframe'); document.body.append(f); const c = f.contentWindow.console; setInterval(() => { for (let i = 0; i < 500; i++) c.log('x'.repeat(1000)) }, 1)"
        ),
        KEPT,
        KEPT,
        holds="Xin chào",
    ),
    Case("l-dialogs-without-end", every(1, "alert('x'); confirm('y')"), KEPT, KEPT, holds="Xin chào"),
    Case("l-popups-without-end", every(1, "open('/'); open('about:blank')"), KEPT, KEPT, holds="Xin chào"),
    Case(
        "l-downloads-without-end",
        every(
            5,
            "const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob(['MZ'])); a.download = 'a.exe'; document.body.append(a); a.click()",
        ),
        KEPT,
        KEPT,
        holds="Xin chào",
    ),
    Case(
        "l-frames-without-end",
        every(5, "const f = document.createElement('iframe'); f.srcdoc = 'x'; document.body.append(f)"),
        KEPT,
        "read|too_heavy",
        holds="Xin chào",
    ),
    Case("l-header-fields", {"*": data(WORDS, "200 OK", *(f"X-{number}: 1" for number in range(300)))}, "failed", KEPT),
    Case("l-header-line", {"*": data(WORDS, "200 OK", "X: " + "a" * 60_000)}, "failed", "read|connect_failed|failed"),
    # Its reading takes 3 s of processor time: with five programs to a processor it is not through within its 12 s.
    Case("l-text-beyond-what-is-read", {"*": data(BOMB_TEXT * 25_000)}, f"{CUT}|unreadable", CUT),
)
