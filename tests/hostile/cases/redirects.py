"""Redirects that never end, lead inside, or lead nowhere that a browser would go."""

from tests.hostile.answers import Answer, counted, data, late, page, redirect
from tests.hostile.case import Case

INSIDE = {
    "dotted": "127.0.0.1",
    "short": "127.1",
    "shorter": "127.0.1",
    "decimal": "2130706433",
    "hex": "0x7f000001",
    "hex-parts": "0x7f.0x0.0x0.0x1",
    "octal": "017700000001",
    "octal-parts": "0177.0.0.01",
    "mixed": "0x7f.1",
    "padded": "127.000.000.001",
    "final-dot": "127.0.0.1.",
    "full-width": "１２７．０．０．１",
    "ideographic-dots": "127。0。0。1",
    "circled": "①②⑦.⓪.⓪.①",
    "percent": "%31%32%37.0.0.1",
    "soft-hyphen": "127.0.0\u00ad.1",
    "zero": "0.0.0.0",
    "bare-zero": "0",
    "localhost": "localhost",
    "localhost-dot": "localhost.",
    "localhost-capitals": "LOCALHOST",
    "sub-localhost": "a.localhost",
    "other-loopback": "127.9.9.9",
    "v6-loopback": "[::1]",
    "v6-long": "[0:0:0:0:0:0:0:1]",
    "v6-unspecified": "[::]",
    "v6-mapped": "[::ffff:127.0.0.1]",
    "v6-mapped-hex": "[::ffff:7f00:1]",
    "v6-compatible": "[::127.0.0.1]",
    "v6-translated": "[::ffff:0:127.0.0.1]",
    "nat64": "[64:ff9b::127.0.0.1]",
    "nat64-local": "[64:ff9b:1::7f00:1]",
    "six-to-four": "[2002:7f00:1::]",
    "teredo": "[2001:0:7f00:1::80ff:fffe]",
    "isatap": "[2001:4860::5efe:127.0.0.1]",
    "v6-zone": "[fe80::1%25lo]",
    "v6-unique-local": "[fd00::1]",
    "v6-site-local": "[fec0::1]",
    "v6-multicast": "[ff02::1]",
    "metadata": "169.254.169.254",
    "metadata-v6": "[fd00:ec2::254]",
    "metadata-alibaba": "100.100.100.200",
    "carrier-grade": "100.64.0.1",
    "private-10": "10.0.0.1",
    "private-172": "172.16.0.1",
    "private-192": "192.168.1.1",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
    "reserved": "240.0.0.1",
    "name-that-leads-inside": "inner-canary.test",
    "user-before-host": "bank.example@127.0.0.1",
}
REFUSED = "egress_refused|dns_failed|failed"
INWARD = tuple(
    Case(f"r-to-{name}", {"/": redirect(f"http://{host}:@PORT@/")}, REFUSED, "") for name, host in INSIDE.items()
)


def hop(to: str, status: str = "302 Found") -> dict[str, Answer]:
    return {"/": redirect(to, status)}


CASES = (
    *INWARD,
    Case("r-loop", hop("/"), "too_many_redirects", "too_many_redirects"),
    Case(
        "r-endless",
        {"*": counted(lambda call: "")} | {"*": redirect("/again?x")},
        "too_many_redirects",
        "too_many_redirects",
    ),
    Case(
        "r-slow-chain",  # each link within its time, all of them far beyond
        {"/": late(redirect("/1"), 4), **{f"/{step}": late(redirect(f"/{step + 1}"), 4) for step in range(1, 9)}},
        "timed_out|too_many_redirects",
        "timed_out|too_many_redirects",
        slow=True,
    ),
    Case(
        "r-slow-chain-of-robots",  # a robots.txt for each host, none of which answers soon
        {"/": redirect("http://r-slow-chain-of-robots-2.example/"), "/robots.txt": late(data(""), 8)},
        "read|timed_out",
    ),
    Case(
        "r-slow-chain-of-robots-2",
        {"/": redirect("http://r-slow-chain-of-robots-3.example/"), "/robots.txt": late(data(""), 8)},
        "read|timed_out",
    ),
    Case("r-slow-chain-of-robots-3", {"/": page(""), "/robots.txt": late(data(""), 8)}, "read|timed_out"),
    Case("r-to-file", hop("@FILE@"), "failed|http_error|empty_shell|read|not_a_page", "failed|empty_shell|http_error"),
    Case("r-to-javascript", hop("javascript:alert(1)"), "failed|http_error|empty_shell", "failed|empty_shell"),
    Case("r-to-data", hop("data:text/html,hello"), "failed|http_error|empty_shell", "failed|empty_shell"),
    Case("r-to-ftp", hop("ftp://@V4@/"), "failed|empty_shell", "failed|empty_shell"),
    Case("r-to-chrome", hop("chrome://settings/"), "failed|empty_shell", "failed|empty_shell"),
    Case("r-to-view-source", hop("view-source:http://@V4@/"), "failed|empty_shell", "failed|empty_shell"),
    Case("r-to-a-novel", hop("/" + "a" * 60_000), "failed|http_error|truncated", "failed|http_error|connect_failed"),
    Case("r-without-location", {"/": data("x", "302 Found")}, "empty_shell|read|http_error", "read|empty_shell|failed"),
    Case(
        "r-two-locations",
        {"/": data("", "302 Found", "Location: /a", "Location: http://@V4@/"), "/a": page("")},
        "read|egress_refused|failed|empty_shell",
        "read|failed",
    ),
    Case(
        "r-location-with-line-break",
        {"/": data("", "302 Found", "Location: /a%0d%0aX-Injected: 1"), "/a": page("")},
        "http_error|read|failed",
        "http_error|read",
    ),
    Case("r-refresh-header", {"/": page(""), "*": page("")}, "read", "read", holds="Xin chào"),
    Case(
        "r-refresh-header-inside",
        {"/": data(f"<title>a</title><p>{'Chữ ' * 200}", "200 OK", "Refresh: 0; url=http://@V4@/")},
        "read",
        "read",
    ),
    Case(
        "r-meta-inside",
        {"/": page("<meta http-equiv=refresh content='0; url=http://@V4@/'>")},
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "r-meta-loop",
        {"*": page("<meta http-equiv=refresh content='0; url=/again'>")},
        "read",
        "too_many_redirects|read",
    ),
)
