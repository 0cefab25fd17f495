"""Tells bytes that are no page: known files by their first bytes, others by what text never holds."""

import unicodedata

MAGIC = (
    (b"PK\x03\x04", "a ZIP archive or an app (APK, DOCX)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a Windows program"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xfd7zXZ", "xz-compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"WARC/1.", "a WARC archive"),
    (b"bplist", "a binary property list"),
)
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16 and UTF-32: NULs are ordinary there
_HEAD_BYTES = 65_536
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"  # ESC: Japanese pages switch alphabets by it
_TOLERATED = 0.01  # share of control bytes; random bytes have a tenth
_NO_LETTERS = frozenset({"Cc", "Cn", "Co", "Cs"})  # controls, unassigned, private, halves of pairs
_SAMPLE = 4_000  # characters at the beginning
_LOST_AT_MOST = 0.05  # share of characters that are no letters; the worst page of the dev corpus has 0.0014


def recognise_binary(body: bytes) -> str:
    """What ``body`` is when it is no page, as a reason in English; "" when it may be one."""
    for magic, name in MAGIC:
        if body.startswith(magic):
            return name
    head = body[:_HEAD_BYTES]
    if b"multipart/related" in head[:4_000].lower() and b"mime-version:" in head[:4_000].lower():
        return "an MHTML archive; save the page as HTML"
    if head.startswith(_WIDE_TEXT):
        return "" if b"<" in head else "bytes that are no text"
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "bytes that are no text" if controls > _TOLERATED * len(head) else ""


def recognise_illegible(body: bytes, text: str) -> str:
    """Why ``text``, read of ``body``, is no text of a page's, as a reason in English; "" when it may be one."""
    if binary := recognise_binary(body):
        return binary
    sample = "".join(text[:_SAMPLE].split())
    if sample.isprintable() and "\ufffd" not in sample:
        return ""
    lost = sum(letter == "\ufffd" or unicodedata.category(letter) in _NO_LETTERS for letter in sample)
    return "letters that cannot be decoded" if lost > _LOST_AT_MOST * len(sample) else ""
