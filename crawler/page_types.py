"""Which kinds of answer a browser shows as a page: also what is not called one, which it looks into first."""

_PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "image/svg+xml"})
# Kinds that browsers take for none at all (MIME Sniffing Standard, section 5): they look at the bytes instead.
_NONE = frozenset({"", "*/*", "unknown/unknown", "application/unknown"})
_SNIFFED_BYTES = 1_024


def is_page_type(content_type: str, body: bytes) -> bool:
    """Whether a browser would show an answer of this Content-Type, of which ``body`` is the beginning, as a page."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind in _PAGES or "html" in kind or not kind:
        return True
    if kind in _NONE or "/" not in kind:
        head = body[:_SNIFFED_BYTES]
        return b"<" in head and b"\0" not in head
    return False
