"""Bytes that are not the text they claim to be: what could be read counts, and the look is called unreadable."""

from tests.hostile.answers import WORDS, Answer, data, html
from tests.hostile.case import Case

TEXT = "<!doctype html><title>Trang thử</title>" + WORDS


def typed(body: bytes, kind: str = "text/html") -> Answer:
    return data(body, kind=kind)


CASES = (
    Case("e-utf-16-with-mark", {"*": typed(("\ufeff" + TEXT).encode("utf-16-le"))}, "read", "read", holds="Xin chào"),
    Case(
        "e-utf-16-said-utf-8",
        {"*": typed(TEXT.encode("utf-16-le"), "text/html; charset=utf-8")},
        "unreadable",
        "read",
    ),
    Case("e-utf-32", {"*": typed(TEXT.encode("utf-32"))}, "read|not_a_page|empty_shell", "read"),
    Case(
        "e-utf-7",
        {
            "*": typed(
                b"<title>a</title>+ADw-script+AD4-alert(1)+ADw-/script+AD4- " + WORDS.encode(),
                "text/html; charset=utf-7",
            )
        },
        "read",
        "read",
        holds="Xin ch",
    ),
    Case(
        "e-1258",
        {"*": typed(TEXT.encode("cp1258", "xmlcharrefreplace"), "text/html; charset=windows-1258")},
        "read",
        "read",
    ),
    Case(
        "e-invalid-utf-8",
        {
            "*": typed(
                b"\xff\xfe\xfa" + b"\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80" * 5000 + WORDS.encode(),
                "text/html; charset=utf-8",
            )
        },
        "unreadable",
        "read",
    ),
    Case(
        "e-nuls",
        {"*": typed(TEXT.encode().replace(b" ", b"\0 "), "text/html; charset=utf-8")},
        "unreadable",
        "read",
        holds="Xin",
    ),
    Case(
        "e-codec-zip",
        {"*": typed(TEXT.encode(), "text/html; charset=zip")},
        "read",
        "read",
    ),
    Case(
        "e-codec-rot13",
        {"*": typed(TEXT.encode(), "text/html; charset=rot13")},
        "read",
        "read",
    ),
    Case(
        "e-codec-unicode-escape",
        {"*": typed(TEXT.encode() + rb"\N{BULLET}" * 9000, "text/html; charset=unicode_escape")},
        "read",
        "read",
    ),
    Case(
        "e-codec-idna",
        {"*": typed(TEXT.encode() + b"a" * 200_000, "text/html; charset=idna")},
        "read",
        "read",
    ),
    Case(
        "e-meta-far-away",
        {"*": typed(b"<!--" + b"x" * 9000 + b"--><meta charset=utf-8>" + TEXT.encode())},
        "read",
        "read",
        holds="Xin chào",
    ),
    Case(
        "e-iso-2022-jp-escapes",
        {"*": typed(b"\x1b$B" * 5000 + TEXT.encode(), "text/html; charset=iso-2022-jp")},
        "unreadable",
        "read",
    ),
    Case(
        "e-bidi-and-zero-width",
        {"*": html("<title>\u202eabc\u2066</title>" + WORDS.replace(" ", "\u200b \u202e"))},
        "read",
        "read",
    ),
    Case("e-zalgo", {"*": html(TEXT + "a" + "\u0301" * 200_000)}, "read", "read|truncated", holds="Xin chào"),
    Case("e-lone-surrogates", {"*": html(TEXT + "\ud800\udfff" * 3000)}, "unreadable", "read", holds="Xin chào"),
    Case("e-entities-by-the-million", {"*": html(TEXT + "&#x1F600;" * 200_000)}, "read", "read", holds="Xin chào"),
    Case(
        "e-entity-numbers-absurd",
        {"*": html(TEXT + "&#99999999999999999999;&#x110000;&#0;&#xD800;" * 2000)},
        "unreadable",
        "read",
        holds="Xin chào",
    ),
    Case(
        "e-xml-billion-laughs",
        {
            "*": data(
                '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
                + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12))
                + "]><html xmlns='http://www.w3.org/1999/xhtml'><body><p>&m;</p></body></html>",
                kind="application/xhtml+xml",
            )
        },
        "read|empty_shell",
        "read|empty_shell|failed",
    ),
    Case(
        "e-xml-external-entity",
        {
            "*": data(
                '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "@FILE@"><!ENTITY y SYSTEM "http://@V4@/">]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>'
                + "Chữ " * 50
                + "&x;&y;</p></body></html>",
                kind="application/xhtml+xml",
            )
        },
        "read",
        "read|empty_shell",
    ),
)
