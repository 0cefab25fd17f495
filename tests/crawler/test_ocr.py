"""Words drawn as a picture are read like words; what the reader does or fails to do costs its own page alone."""

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from crawler.bounds import DEFAULT_BOUNDS
from crawler.ocr import Recogniser, find_recogniser, known_languages, prepare

needs_tesseract = pytest.mark.skipif(bool(known_languages()[1]), reason=known_languages()[1] or "there")


def drawn(*lines: str) -> bytes:
    """A poster with these lines."""
    picture = Image.new("RGB", (1000, 80 + 60 * len(lines)), "#c00d0d")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(34)
    for number, line in enumerate(lines):
        pen.text((40, 40 + 60 * number), line, fill="white", font=font)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def program(tmp_path: Path, script: str, seconds: float = 60.0) -> Recogniser:
    path = tmp_path / "reader"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return Recogniser("vie", "1.0", replace(DEFAULT_BOUNDS, ocr_seconds=seconds), str(path))


@needs_tesseract
def test_words_in_a_picture_are_read() -> None:
    recogniser, reason = find_recogniser("auto")
    assert recogniser is not None, reason
    found = asyncio.run(recogniser.read(drawn("Xa kho giam gia 90%", "Chuyen khoan truoc 0912345678")))
    assert "Chuyen khoan truoc" in found.text
    assert "0912345678" in found.text


def test_switched_off_says_so() -> None:
    assert find_recogniser("off") == (None, "switched off by LACHAN_OCR")


@pytest.mark.parametrize(
    ("script", "reason"),
    [("exec sleep 30", "not read within 1 s"), ("exit 3", "ended with code 3"), ("kill -9 $$", "ended with code")],
)
def test_a_reader_that_hangs_or_dies_is_a_named_reason(tmp_path: Path, script: str, reason: str) -> None:
    found = asyncio.run(program(tmp_path, script, 1.0 if "sleep" in script else 60.0).read(drawn("x")))
    assert found.text == ""
    assert reason in found.reason


def test_what_the_reader_prints_is_bounded(tmp_path: Path) -> None:
    found = asyncio.run(program(tmp_path, "head -c 3000000 /dev/zero | tr '\\0' 'a'").read(drawn("x")))
    assert len(found.text) == DEFAULT_BOUNDS.text_characters


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe0" + b"\0" * 50, b"<svg/>"])
def test_what_is_no_picture_is_not_handed_on(tmp_path: Path, content: bytes) -> None:
    assert prepare(content) == b""
    assert asyncio.run(program(tmp_path, "cat").read(content)).reason == "the picture cannot be read"


def test_a_long_picture_is_cut_at_its_top() -> None:
    out = io.BytesIO()
    Image.new("L", (1000, 9000)).save(out, "PNG")
    with Image.open(io.BytesIO(prepare(out.getvalue()))) as picture:
        assert picture.size == (1000, DEFAULT_BOUNDS.ocr_pixels // 1000)
