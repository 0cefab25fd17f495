"""The manifest of a sealed visit, in the very format of sha256sum, so that anybody can check it."""

import re
from collections.abc import Iterable, Mapping

from crawler.errors import EvidenceError

MANIFEST = "manifest.sha256"
TOKEN = "manifest.tsr"  # noqa: S105 - a time-stamp token's file name

# Every name that a sealed file may bear. Names never come from a page.
MEDIA_TYPES: Mapping[str, str] = {
    "visit.json": "application/json",
    "response.warc.gz": "application/warc",
    "dom.html": "text/html; charset=utf-8",
    "page.mhtml": "multipart/related",
    "screenshot.jpg": "image/jpeg",
    "screenshot.png": "image/png",
    "screenshot.webp": "image/webp",
    "recognised.txt": "text/plain; charset=utf-8",
    "redirects.json": "application/json",
    "tls.json": "application/json",
    "tls-chain.pem": "application/x-pem-file",
    "dns.json": "application/json",
}

_LINE = re.compile(r"([0-9a-f]{64})  ([a-z][a-z0-9.-]{0,60})", re.ASCII)


def compose_manifest(digests: Iterable[tuple[str, str]]) -> bytes:
    """The manifest over (name, digest) pairs: one line a file, sorted by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests)).encode("ascii")


def parse_manifest(data: bytes) -> dict[str, str]:
    """Name to digest. Raises EvidenceError for anything that ``compose_manifest`` does not write."""
    files: dict[str, str] = {}
    for number, line in enumerate(data.decode("ascii", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if not match or match[2] in files:
            raise EvidenceError(f"{MANIFEST} line {number} is not «digest  name»: {line[:80]!r}")
        files[match[2]] = match[1]
    if compose_manifest(files.items()) != data:
        raise EvidenceError(f"{MANIFEST} is not sorted or does not end its last line")
    return files
