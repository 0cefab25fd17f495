"""Files in the place of a page, with names that would do harm where a file is made of them."""

from tests.hostile.answers import WORDS, Answer, data, endless, page
from tests.hostile.case import Case

APK = "application/vnd.android.package-archive"


def attached(name: str) -> dict[str, Answer]:
    return {
        "/": data(b"PK\x03\x04" + b"\0" * 500, "200 OK", f"Content-Disposition: attachment; filename={name}", kind=APK)
    }


CASES = (
    Case("d-apk", attached("a.apk"), "not_a_page", "not_a_page"),
    Case("d-climbing-name", attached('"../../../../etc/cron.d/x"'), "not_a_page", "not_a_page"),
    Case("d-name-of-a-device", attached('"CON|NUL:.html"'), "not_a_page", "not_a_page"),
    Case(
        "d-name-with-controls",
        attached('"a\x1b[2Jb\u202egpj.apk"'),
        "not_a_page|failed",
        "not_a_page|failed|connect_failed",
    ),
    Case(
        "d-html-as-attachment",
        {"/": data(f"<title>a</title>{WORDS}", "200 OK", "Content-Disposition: attachment")},
        "read|not_a_page",
        "not_a_page",
    ),
    Case(
        "d-endless-file",
        {"/": endless(f"HTTP/1.1 200 OK\r\nContent-Type: {APK}\r\n\r\n".encode(), b"\0" * 60_000)},
        "truncated|timed_out|not_a_page",
        "not_a_page",
    ),
    Case(
        "d-many-by-script",
        {
            "/": page(
                "<script>for (let i = 0; i < 200; i++) { const a = document.createElement('a'); a.href = '/f.apk?' + i; a.download = 'a' + i; document.body.append(a); a.click() }</script>"
            ),
            "*": attached("x.apk")["/"],
        },
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "d-blob-by-script",
        {
            "/": page(
                "<script>const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob(['x'])); a.download = 'x.exe'; document.body.append(a); a.click()</script>"
            )
        },
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "d-picture-said-html",
        {"/": data(b"\x89PNG\r\n\x1a\n" + b"\0" * 5000)},
        "not_a_page|unreadable",  # its bytes say what it is, whatever the head says
        "read|empty_shell|unreadable",
    ),
    Case(
        "d-pdf-said-html",
        {"/": data(b"%PDF-1.7\n" + b"1 0 obj <<>> endobj\n" * 200)},
        "not_a_page|unreadable",
        "read|unreadable",
    ),
    Case("d-html-said-picture", {"/": data(f"<title>a</title>{WORDS}", kind="image/png")}, "not_a_page", "not_a_page"),
    Case(
        "d-svg-page",
        {
            "/": data(
                "<svg xmlns='http://www.w3.org/2000/svg'><script>fetch('http://@V4@/')</script><image href='http://@V4@/'/></svg>",
                kind="image/svg+xml",
            )
        },
        "empty_shell",  # a browser shows such a picture as a page; this one has nothing but a script
        "empty_shell",
    ),
    Case(
        "d-multipart-replace",
        {
            "/": data(
                b"--x\r\nContent-Type: text/html\r\n\r\n<p>a\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>b\r\n--x--",
                kind="multipart/x-mixed-replace; boundary=x",
            )
        },
        "not_a_page",
        "not_a_page|read|failed|timed_out",
    ),
)
