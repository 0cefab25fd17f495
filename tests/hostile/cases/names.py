"""Host names and addresses that look like others, or break who takes them apart."""

from tests.hostile.answers import page, redirect
from tests.hostile.case import Case

LINKS = (
    "http://xn--/",
    "http://xn--a/",
    "http://xn--" + "a" * 80 + ".example/",
    "http://\u0430\u0440\u0440\u04cf\u0435.example/",
    "http://ｖietcombank.example/",
    "http://a.example:99999/",
    "http://a.example:/",
    "http://[::1/",
    "http://[]/",
    "http://[v1.x]/",
    "http:///",
    "http:a.example",
    "//",
    "///a",
    "http://a\\@b.example/",
    "http://a.example\u3002evil.example/",
    "http://-.example/",
    "http://_a.example/",
    "http://a..example/",
    "http://" + "a." * 200 + "example/",
    "http://%00.example/",
    "http://a%2fb.example/",
    "http://user:pa%0d%0ass@a.example/",
    "mailto:" + "a" * 9000,
    "tel:" + "9" * 9000,
    "javascript:" + "x" * 9000,
    "data:text/html," + "x" * 9000,
    "blob:null/x",
    "http://1e100/",
    "http://0x/",
    "http://1.2.3.4.5/",
    "http://999.1.1.1/",
)
ANCHORS = "".join(
    f'<a href="{link}">x</a><form action="{link}"><input name=q></form><img src="{link}">' for link in LINKS
)

CASES = (
    Case("n-odd-links", {"/": page(ANCHORS)}, "read", "read", holds="Xin chào"),
    Case(
        "n-odd-base",
        {"/": page("".join(f'<base href="{link}">' for link in LINKS) + "<a href=x>x</a>")},
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "n-odd-canonical",
        {"/": page("".join(f'<link rel=canonical href="{link}">' for link in LINKS))},
        "read",
        "read",
        holds="Xin chào",
    ),
    *(
        Case(
            f"n-redirect-{place}",
            {"/": redirect(link)},
            "egress_refused|dns_failed|failed|http_error|empty_shell|too_many_redirects|connect_failed|not_a_page|read|timed_out",
            "",
        )
        for place, link in enumerate(LINKS)
        if not link.startswith(("mailto", "tel"))
    ),
    Case("n-path-of-dots", {"*": page("")}, "read", "read", path="/../../../../etc/passwd", holds="Xin chào"),
    Case("n-path-percent", {"*": page("")}, "read", "read", path="/%00%2e%2e%2f%0d%0aX:1", holds="Xin chào"),
    Case("n-path-of-thousands", {"*": page("")}, "read", "read", path="/" + "a/" * 900, holds="Xin chào"),
)
