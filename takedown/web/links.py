"""Addresses of our own pages, and none but those."""

from urllib.parse import urlsplit


def own_path(wanted: str) -> str:
    """The path if it is one of ours, else «/»: a link must not lead a signed-in person elsewhere."""
    parts = urlsplit(wanted)
    plain = wanted.isprintable() and "\\" not in wanted and len(wanted) <= 2000
    if parts.scheme or parts.netloc or not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    return wanted
