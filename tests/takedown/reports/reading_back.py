"""Reads what is printed in the exact font from the picture of a page alone, glyph by glyph, as a careful eye does.

A page that holds the whole alphabet teaches how each glyph looks; on any other page each printed cell is read as the
glyph that it looks most like. The text layer says where cells are, never what stands in them.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from takedown.reports.letter import Annex, Letter
from takedown.reports.letter_pdf import render_pdf

ALPHABET = "".join(chr(code) for code in range(0x21, 0x7F))
_FONT = b"Exact"  # as the letters' style sheet calls it
_SMALL = 11  # pixels: below, the reference in the foot
_DOTS = 450
_SIZE = (24, 48)  # to which each cell is brought: width, height


def read_back(pdf: bytes, letter: Letter) -> str:
    """Everything that stands in the exact font, in order, without spaces. ``letter``: any; its look is what counts."""
    known = _templates(letter)
    seen = np.stack(list(_cells(pdf)))
    distances = np.abs(seen[:, None] - known[None]).mean(axis=(2, 3))
    return "".join(ALPHABET[place] for place in distances.argmin(axis=1))


@cache
def _templates(letter: Letter) -> np.ndarray:
    """One picture a letter of the alphabet."""
    annex = Annex("A", columns=("A",), rows=((ALPHABET,),), exact=frozenset({0}), widths=(100,))
    cells = list(_cells(render_pdf(replace(letter, annexes=(annex,), reference=""))))
    assert len(cells) == len(ALPHABET)
    return np.stack(cells)


def _cells(pdf: bytes) -> Iterator[np.ndarray]:
    """Each cell of the exact font larger than a footer's, as grey shares of ink."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            picture = page.render(scale=_DOTS / 72, grayscale=True).to_pil()
            text = page.get_textpage()
            for place in range(text.count_chars()):
                box = _box(text, place)
                if box is not None:
                    yield _cut(picture, box, page.get_height())
    finally:
        document.close()


def _box(text: pypdfium2.PdfTextPage, place: int) -> tuple[float, float, float, float] | None:
    """(left, bottom, right, top) in points; None for other fonts, small print and spaces."""
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, place, name, 200, flags)
    if _FONT not in name.value or raw.FPDFText_GetFontSize(text, place) < _SMALL:
        return None
    if chr(raw.FPDFText_GetUnicode(text, place)).isspace():
        return None
    rectangle = raw.FS_RECTF()
    assert raw.FPDFText_GetLooseCharBox(text, place, rectangle)
    return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def _cut(picture: Image.Image, box: tuple[float, float, float, float], height: float) -> np.ndarray:
    """The cell as shares of ink, each point the mean of what it covers."""
    left, bottom, right, top = (edge * _DOTS / 72 for edge in box)
    whole = height * _DOTS / 72
    cell = picture.resize(_SIZE, Image.Resampling.BOX, box=(left, whole - top, right, whole - bottom))
    return 1 - np.asarray(cell, dtype=np.float32) / 255
