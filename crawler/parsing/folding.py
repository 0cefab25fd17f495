"""A fold for matching labels: letters without marks, lower case, one character for one character."""

import unicodedata

# Cyrillic and Greek letters that are drawn like Latin ones, each for one.
_DRAWN_ALIKE = dict(zip("аеорсхуікмтвнјѕԁοαυνρ", "aeopcxyikmtbhjsdoauvp", strict=True))


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    ranges = (range(0x41, 0x5B), range(0xC0, 0x250), range(0x1E00, 0x1F00), range(0xFF10, 0xFF5B))
    for point in (point for span in ranges for point in span):
        base = unicodedata.normalize("NFKD", chr(point))[0].lower()
        if len(base) == 1:
            table[point] = base
    for drawn, meant in _DRAWN_ALIKE.items():
        table[ord(drawn)] = table[ord(drawn.upper())] = meant
    table.update({ord("đ"): "d", ord("Đ"): "d", 0xA0: " ", 0x2013: "-", 0x2014: "-", ord("："): ":"})
    return table


_TABLE = _fold_table()
# Characters that are drawn as nothing and only serve to break words for machines.
_ZERO_WIDTH = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD])


def fold(text: str) -> str:
    """``text`` without marks and in lower case; positions stay those of the (NFC) original."""
    return text.translate(_TABLE)


def plain(text: str) -> str:
    """``text`` with compatibility forms (full-width digits and kin) and zero-width characters undone."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_ZERO_WIDTH))
