"""Which kinds of answer a browser shows as a page: also what is not called one, which it looks into first; and which
hold a part of one alone."""

import re

_PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "image/svg+xml"})
# Kinds that browsers take for none at all (MIME Sniffing Standard, section 5): they look at the bytes instead.
_NONE = frozenset({"", "*/*", "unknown/unknown", "application/unknown"})
_SNIFFED_BYTES = 1_024
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.ASCII | re.IGNORECASE)


def is_page_type(content_type: str, body: bytes) -> bool:
    """Whether a browser would show an answer of this Content-Type, of which ``body`` is the beginning, as a page."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind in _PAGES or "html" in kind or not kind:
        return True
    if kind in _NONE or "/" not in kind:
        head = body[:_SNIFFED_BYTES]
        return b"<" in head and b"\0" not in head
    return False


def missing_part(status: int, content_range: str) -> str:
    """Why an answer is not the whole page, or "": a 206 holds what its Content-Range says (RFC 9110, 15.3.7), though
    nobody asked for a part, and browsers show it as if it were all."""
    if status != 206:
        return ""
    found = _RANGE.fullmatch(content_range.strip())
    if found is not None and int(found[1]) == 0 and int(found[2]) + 1 == int(found[3]):
        return ""
    return f"HTTP 206, a part of the page: {content_range.strip()[:60] or 'which one is not said'}"
