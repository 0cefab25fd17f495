"""From bytes to text as a browser would: BOM, HTTP header, meta, then a guess from a bounded sample."""

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

PRESCAN_BYTES = 4096
SAMPLE_BYTES = 8192

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:\-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s{0,8}=\s{0,8}[\"']?([A-Za-z0-9_.:\-]{1,40})", re.IGNORECASE)
_LEGACY_FONTS = (".VnTime", ".VnArial", "VNI-Times", "VNI-Helve", ".vntime")

# Labels that browsers know, by the codec that reads them. Python's own registry is not asked: it holds codecs
# (zip, rot13, unicode_escape) that no page may call for.
_CODECS = {
    "utf-8": ("utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8"),
    "utf-16-le": ("utf-16", "utf-16le", "unicode", "ucs-2"),
    "utf-16-be": ("utf-16be",),
    "cp1258": ("windows-1258", "cp1258", "x-cp1258"),
    "cp1252": ("windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "l1", "ascii", "us-ascii"),
    "cp1250": ("windows-1250", "cp1250"),
    "cp1251": ("windows-1251", "cp1251"),
    "cp1254": ("windows-1254", "cp1254", "iso-8859-9"),
    "cp1256": ("windows-1256", "cp1256"),
    "cp874": ("windows-874", "tis-620", "iso-8859-11"),
    "iso8859-2": ("iso-8859-2", "latin2"),
    "iso8859-15": ("iso-8859-15", "latin9"),
    "koi8-r": ("koi8-r", "koi8"),
    "gb18030": ("gb18030", "gbk", "gb2312", "x-gbk", "chinese"),
    "big5hkscs": ("big5", "big5-hkscs", "x-x-big5"),
    "cp932": ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"),
    "euc-jp": ("euc-jp", "x-euc-jp"),
    "cp949": ("euc-kr", "ks_c_5601-1987", "windows-949", "korean"),
}
_BY_LABEL = {label: codec for codec, labels in _CODECS.items() for label in labels}
_GUESSES = ["cp1258", "cp1252", "utf_16_le", "utf_16_be", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """``encoding``: the codec used; ``source``: bom, header, meta, content or fallback."""

    text: str
    encoding: str
    source: str
    gaps: tuple[str, ...] = ()


def decode_html(html: bytes, *, content_type: str = "") -> Decoded:
    """Text of a document. Never raises: what could not be decoded is replaced and named in ``gaps``."""
    codec, source, gaps = _choose(html, content_type)
    text = html.decode(codec, errors="replace")
    damaged = 0
    if "�" in text:
        damaged = text.count("�") - (html.count(b"\xef\xbf\xbd") if codec == "utf-8" else 0)
    if damaged > 0:
        gaps.append(f"{damaged} undecodable characters in {codec}")
    if "\x00" in text:
        text = text.replace("\x00", "")
    if codec in {"cp1252", "cp1258"} and any(font in text for font in _LEGACY_FONTS):
        gaps.append("text set in a legacy Vietnamese font (TCVN3 or VNI), not converted")
    return Decoded(text.removeprefix("\ufeff"), codec, source, tuple(gaps))


def _choose(html: bytes, content_type: str) -> tuple[str, str, list[str]]:
    for bom, codec in _BOMS:
        if html.startswith(bom):
            return codec, "bom", []
    gaps: list[str] = []
    for source, label in (("header", _header_label(content_type)), ("meta", _meta_label(html))):
        if not label:
            continue
        named = _BY_LABEL.get(label)
        if named is None:
            gaps.append(f"unknown charset {label!r} in {source}")
        elif source == "meta" and named.startswith("utf-16"):
            return "utf-8", source, gaps  # the meta tag was readable as ASCII, so UTF-16 cannot be true
        else:
            return named, source, gaps
    codec, source = _guess(html)
    return codec, source, gaps


def _header_label(content_type: str) -> str:
    found = _HEADER.search(content_type[:500])
    return found[1].lower() if found else ""


def _meta_label(html: bytes) -> str:
    found = _META.search(html, 0, PRESCAN_BYTES)
    return found[1].decode("ascii").lower() if found else ""


def _guess(html: bytes) -> tuple[str, str]:
    try:
        html.decode("utf-8")
    except UnicodeDecodeError as error:
        # A document cut in the middle of a character, or with a stray byte, is still UTF-8.
        if error.start > len(html) - 4 or _mostly_utf8(html):
            return "utf-8", "content"
        return _guess_legacy(html, error.start)
    return "utf-8", "content"


def _mostly_utf8(html: bytes) -> bool:
    text = html[:200_000].decode("utf-8", errors="replace")
    good = sum(1 for character in text if "\x7f" < character != "�")
    return good > 3 * text.count("�")


def _guess_legacy(html: bytes, first_odd: int) -> tuple[str, str]:
    start = max(0, first_odd - 256)
    best = from_bytes(html[start : start + SAMPLE_BYTES], cp_isolation=_GUESSES, enable_fallback=False).best()
    if best is None:
        return "cp1252", "fallback"
    return best.encoding, "content"
