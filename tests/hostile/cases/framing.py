"""Heads and bodies that contradict themselves."""

from tests.hostile.answers import HEAD, WORDS, chunk, chunked, data, endless, page, raw
from tests.hostile.case import Case

BODY = WORDS.encode()
LENGTH = b"Content-Length: %d\r\n\r\n" % len(BODY)

CASES = (
    Case(
        "f-two-lengths",
        {"*": raw(HEAD + b"Content-Length: 5\r\n" + LENGTH + BODY)},
        "failed|read|truncated",
        "failed|connect_failed",
    ),
    Case("f-negative-length", {"*": raw(HEAD + b"Content-Length: -1\r\n\r\n" + BODY)}, "failed", "read|failed"),
    Case(
        "f-huge-length",
        {"*": raw(HEAD + b"Content-Length: 99999999999999999999\r\n\r\n" + BODY)},
        "truncated|failed",
        "truncated|failed|read",
    ),
    Case("f-length-too-short", {"*": raw(HEAD + b"Content-Length: 100\r\n\r\n" + BODY)}, "read|failed", "read"),
    Case(
        "f-length-and-chunks",
        {"*": raw(HEAD + b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(BODY) + b"0\r\n\r\n")},
        "failed|read|truncated",
        "read|failed",
    ),
    Case(
        "f-chunk-size-no-number",
        {"*": chunked(BODY, end=b"zz\r\nx\r\n0\r\n\r\n")},
        "failed|truncated",
        "truncated|failed",
    ),
    Case(
        "f-chunk-size-huge", {"*": chunked(BODY, end=b"fffffffffffffffff\r\nx")}, "failed|truncated", "truncated|failed"
    ),
    Case(
        "f-chunk-size-negative",
        {"*": chunked(BODY, end=b"-5\r\nx\r\n0\r\n\r\n")},
        "failed|truncated",
        "truncated|failed",
    ),
    Case("f-chunks-never-end", {"*": chunked(BODY, end=b"")}, "truncated", "truncated|failed"),
    Case(
        "f-endless-empty-extension",
        {"*": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 4000)},
        "failed|truncated|timed_out",
        "failed|truncated|timed_out",
    ),
    Case("f-tiny-chunks", {"*": chunked(*[bytes([byte]) for byte in BODY])}, "read", "read", holds="Xin chào"),
    Case(
        "f-trailers",
        {"*": chunked(BODY, end=b"0\r\nX-After: 1\r\nSet-Cookie: a=b\r\n\r\n")},
        "read|failed",
        "read",
        holds="Xin chào",
    ),
    Case(
        "f-many-trailers",
        {"*": chunked(BODY, end=b"0\r\n" + b"X: 1\r\n" * 20_000 + b"\r\n")},
        "read|failed|truncated",
        "read|failed|truncated",
    ),
    Case(
        "f-ten-thousand-headers",
        {"*": raw(HEAD + b"X-Pad: 1\r\n" * 10_000 + LENGTH + BODY)},
        "failed",
        "read|failed|connect_failed",
    ),
    Case(
        "f-header-of-a-megabyte",
        {"*": raw(HEAD + b"X-Pad: " + b"a" * 1_000_000 + b"\r\n" + LENGTH + BODY)},
        "failed",
        "failed|connect_failed|read",
    ),
    Case(
        "f-endless-header-line",
        {"*": endless(HEAD + b"X-Pad: ", b"a" * 60_000)},
        "failed|timed_out",
        "failed|connect_failed|timed_out",
    ),
    Case(
        "f-status-no-number",
        {"*": raw(b"HTTP/1.1 abc OK\r\nContent-Type: text/html\r\n" + LENGTH + BODY)},
        "failed",
        "failed|connect_failed|read|http_error",
    ),
    Case("f-status-999", {"*": data(WORDS, "999 Odd")}, "http_error|read|failed", "http_error"),
    Case(
        "f-status-0", {"*": data(WORDS, "000 None")}, "failed|read|http_error", "failed|read|http_error|connect_failed"
    ),
    Case(
        "f-status-100-for-ever",
        {"*": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001)},
        "failed|timed_out",
        "timed_out|failed",
    ),
    Case(
        "f-status-204-with-body",
        {"*": data(WORDS, "204 No Content")},
        "empty_shell|failed|read",
        "timed_out|failed|not_a_page|empty_shell",
    ),
    Case("f-status-304", {"*": data("", "304 Not Modified")}, "empty_shell|failed", "empty_shell|failed|timed_out"),
    Case("f-http-0-9", {"*": raw(BODY)}, "failed", "read|failed|not_a_page|connect_failed"),
    Case(
        "f-http-2-9",
        {"*": raw(b"HTTP/2.9 200 OK\r\nContent-Type: text/html\r\n" + LENGTH + BODY)},
        "failed|read",
        "read|failed",
    ),
    Case(
        "f-nul-in-header",
        {"*": raw(HEAD + b"X-A: a\0b\r\n" + LENGTH + BODY)},
        "failed|read",
        "failed|connect_failed|read",
    ),
    Case(
        "f-line-feeds-alone",
        {"*": raw(b"HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\n\n" + BODY)},
        "read|failed",
        "read",
        holds="Xin chào",
    ),
    Case(
        "f-split-answer",
        {"*": data(WORDS, "200 OK", "X-A: a\r\n\r\nHTTP/1.1 200 OK")},
        "read|failed|truncated",
        "read|failed|truncated",
    ),
    Case("f-type-nonsense", {"*": data(WORDS, kind="text/html; charset=" + "x" * 9000)}, "read", "read"),
    Case("f-type-missing", {"*": page("", kind="")}, "read", "read"),
    Case(
        "f-cookies-by-the-thousand",
        {"*": raw(HEAD + b"Set-Cookie: a=b; Path=/\r\n" * 150 + LENGTH + BODY)},
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "f-bytes-after-the-end",
        {"*": raw(HEAD + LENGTH + BODY + b"HTTP/1.1 200 OK\r\n\r\n" * 5000)},
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "f-early-hints",
        {
            "*": raw(
                b"HTTP/1.1 103 Early Hints\r\nLink: <http://inner-canary.test/>; rel=preconnect\r\n\r\n"
                + HEAD
                + LENGTH
                + BODY
            )
        },
        "read|failed",
        "read",
        holds="Xin chào",
    ),
)
