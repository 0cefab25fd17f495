"""Words meant for whoever reads the report: terminals, spreadsheets, mail, logs, archives."""

from tests.hostile.answers import WORDS, Answer, data, html
from tests.hostile.case import Case

ESC = "\x1b"


def poisoned(title: str, body: str = "") -> dict[str, Answer]:
    lure = "<p>Chuyển khoản trước 100.000đ để nhận thưởng 50 triệu, STK 0123456789 Vietcombank NGUYEN VAN A.</p>"
    return {"/": html(f"<!doctype html><meta charset=utf-8><title>{title}</title>{WORDS}{lure}{body}")}


CASES = (
    Case("p-ansi-title", poisoned(f"{ESC}[2J{ESC}[31m{ESC}]0;pwned\x07 x"), "read", "read"),
    Case("p-osc-52", poisoned(f"{ESC}]52;c;cm0gLXJmIH4=\x07"), "read", "read"),
    Case("p-bidi-title", poisoned("\u202egpj.exe\u2066\u2069 moc.elgoog"), "read", "read"),
    Case("p-zero-width-title", poisoned("V\u200bi\u200ce\u200dt\ufeffcom\u2060bank"), "read", "read"),
    Case("p-formula-title", poisoned("=cmd|' /C calc'!A1"), "read", "read"),
    Case("p-formula-plus", poisoned("+1+1"), "read", "read"),
    Case("p-formula-at", poisoned("@SUM(1+1)*cmd|' /C calc'!A0"), "read", "read"),
    Case("p-formula-tab", poisoned("&#9;=HYPERLINK(&quot;http://@V4@/&quot;)"), "read", "read"),
    Case("p-header-injection", poisoned("x&#13;&#10;Bcc: victim@bank.example&#13;&#10;&#13;&#10;body"), "read", "read"),
    Case("p-log-injection", poisoned('x"} &#10;{"level": "error", "event": "forged"'), "read", "read"),
    Case("p-markup-title", poisoned("&lt;img src=x onerror=fetch('http://@V4@/')&gt;"), "read", "read"),
    Case("p-template-title", poisoned("{{7*7}}${7*7}{% raw %}#{7*7}"), "read", "read"),
    Case("p-sql-title", poisoned("'; DROP TABLE cases; --"), "read", "read"),
    Case("p-path-title", poisoned("../../../../tmp/x\0.html"), "read", "read"),
    Case("p-nul-title", poisoned("a\0b"), "read", "read"),
    Case("p-title-of-megabytes", poisoned("x" * 3_000_000), "read", "read"),
    Case(
        "p-warc-in-header",
        {"/": data(f"<title>a</title>{WORDS}", "200 OK", "X-A: WARC/1.1\\r\\nWARC-Type: response")},
        "read",
        "read",
    ),
    Case(
        "p-mhtml-boundary",
        poisoned("x", "<p>------MultipartBoundary--x----\r\nContent-Type: text/html\r\n\r\n<script>1</script>"),
        "read",
        "read",
    ),
    Case(
        "p-odd-reason-phrase",
        {"/": data(f"<title>a</title>{WORDS}", f"200 {ESC}[31mOK\u202e")},
        "read|failed",
        "read|failed",
    ),
    Case("p-emoji-zwj-title", poisoned("👩\u200d👩\u200d👧" * 2000), "read", "read"),
    Case("p-private-use-title", poisoned("\ue000\uf8ff\U000f0000" * 500), "read", "read"),
)
