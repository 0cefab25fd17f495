"""Content codings that lie, break off, or unpack to far more than they are."""

import gzip
import zlib

import brotli
from backports import zstd

from tests.hostile.answers import WORDS, Answer, data
from tests.hostile.case import Case

BODY = WORDS.encode()
ZEROS = b"<p>" + b" " * 60_000_000


def coded(body: bytes, coding: str) -> Answer:
    return data(body, "200 OK", f"Content-Encoding: {coding}")


def nested(times: int) -> bytes:
    body = BODY
    for _ in range(times):
        body = gzip.compress(body, 1)
    return body


GZIP_BOMB = gzip.compress(ZEROS, 9)
CASES = (
    Case("c-gzip", {"*": coded(gzip.compress(BODY), "gzip")}, "read", "read", holds="Xin chào"),
    Case("c-gzip-bomb", {"*": coded(GZIP_BOMB, "gzip")}, "truncated", "truncated|empty_shell|timed_out|read|failed"),
    Case(
        "c-gzip-bomb-in-gzip",
        {"*": coded(gzip.compress(GZIP_BOMB), "gzip, gzip")},
        "truncated|failed",
        "truncated|empty_shell|failed|read",
    ),
    Case(
        "c-brotli-bomb",
        {"*": coded(brotli.compress(ZEROS, quality=5), "br")},
        "truncated",
        "truncated|empty_shell|failed|read",
    ),
    Case("c-zstd-bomb", {"*": coded(zstd.compress(ZEROS), "zstd")}, "truncated", "truncated|empty_shell|failed|read"),
    Case(
        "c-deflate-bomb",
        {"*": coded(zlib.compress(ZEROS, 9), "deflate")},
        "truncated",
        "truncated|empty_shell|failed|read",
    ),
    Case("c-three-layers", {"*": coded(nested(3), "gzip, gzip, gzip")}, "read", "read|failed", holds="Xin chào"),
    Case(
        "c-fifty-layers",
        {"*": coded(nested(50), ", ".join(["gzip"] * 50))},
        "unreadable|failed",
        "read|failed|truncated|empty_shell",
    ),
    Case("c-cut-gzip", {"*": coded(gzip.compress(BODY)[:-30], "gzip")}, "truncated", "read|truncated|failed"),
    Case(
        "c-wrong-checksum",
        {"*": coded(gzip.compress(BODY)[:-8] + b"12345678", "gzip")},
        "truncated|read",
        "read|truncated|failed",
    ),
    Case("c-said-gzip-is-text", {"*": coded(BODY, "gzip")}, "read", "failed|truncated", holds="Xin chào"),
    Case("c-said-brotli-is-text", {"*": coded(BODY, "br")}, "read", "failed|truncated", holds="Xin chào"),
    Case("c-unknown-coding", {"*": coded(BODY, "lzma-quantum")}, "read", "read", holds="Xin chào"),
    Case(
        "c-garbage-after-gzip",
        {"*": coded(gzip.compress(BODY) + b"\0" * 90_000, "gzip")},
        "read|truncated",
        "read",
        holds="Xin chào",
    ),
    Case("c-empty-gzip", {"*": coded(gzip.compress(b""), "gzip")}, "empty_shell", "empty_shell"),
    Case("c-coding-of-commas", {"*": coded(BODY, "," * 3000)}, "read|failed", "read|failed"),
    Case(
        "c-zstd-window-of-gigabytes",
        {"*": coded(b"\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00", "zstd")},
        "unreadable|failed|truncated",
        "failed|truncated|empty_shell",
    ),
)
