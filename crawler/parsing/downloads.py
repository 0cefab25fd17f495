"""Files offered for installing: Android packages, iOS profiles and test builds, desktop programs, archives."""

import re
from urllib.parse import urlsplit

from crawler.detection.facts import Download, Link
from crawler.parsing.document import Document
from crawler.parsing.links import host_of

_ENDINGS = {
    "apk": "apk", "xapk": "apk", "apks": "apk", "aab": "apk", "ipa": "ipa", "mobileconfig": "mobileconfig",
    "exe": "exe", "msi": "msi", "dmg": "dmg", "pkg": "dmg", "zip": "archive", "rar": "archive", "7z": "archive",
}  # fmt: skip
_SCRIPTED = re.compile(
    r"[\"']([^\"'\s<>]{1,500}\.(?:apk|xapk|mobileconfig|ipa)(?:\?[^\"'\s<>]{0,200})?)[\"']", re.IGNORECASE
)
_INSTALL = re.compile(r"itms-services://[^\"'\s<>]{1,1000}", re.IGNORECASE)


def parse_downloads(document: Document, links: tuple[Link, ...]) -> tuple[Download, ...]:
    """Downloads by address, linked ones first, then those that only a script knows."""
    found: dict[str, Download] = {}
    for link in links:
        if kind := download_kind(link.url):
            found.setdefault(link.url, Download(link.url, kind, link.text))
    script = document.script_text
    for reference in (*_SCRIPTED.findall(script)[:50], *_INSTALL.findall(script)[:10]):
        url = document.absolute(reference.replace("\\/", "/"))
        if url:
            found.setdefault(url, Download(url, download_kind(url) or "apk"))
    return tuple(found.values())[: document.bounds.matches]


def download_kind(url: str) -> str:
    """The kind of file behind ``url`` by its name or scheme; "" for a page."""
    if url[:15].lower() == "itms-services:/":
        return "ipa"
    if host_of(url) == "testflight.apple.com":
        return "testflight"
    try:
        path = urlsplit(url[:2_000]).path.lower()
    except ValueError:
        return ""
    name = path.rsplit("/", 1)[-1]
    return _ENDINGS.get(name.rsplit(".", 1)[-1], "") if "." in name else ""
