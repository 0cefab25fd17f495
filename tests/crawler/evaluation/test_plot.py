"""The curve is drawn as a well-formed SVG or a PNG, in either language."""

import io
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from crawler.evaluation.drawing import Drawing, Words, as_svg, write_drawing
from crawler.evaluation.labelled import Kind, Label
from crawler.evaluation.plot import draw_curves
from crawler.evaluation.report import report_on
from tests.crawler.evaluation.test_figures import outcome

ROWS = [outcome(n, Label.SCAM if n % 2 else Label.BENIGN, n - 3, probability=n / 8) for n in range(8)]


@pytest.mark.parametrize(("language", "word"), [("vi", "Trang web"), ("en", "Pages")])
def test_svg(tmp_path: Path, language: str, word: str) -> None:
    write_drawing(draw_curves(report_on(ROWS), language), tmp_path / "curve.svg")
    tree = etree.fromstring((tmp_path / "curve.svg").read_bytes())
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert any(word in (text.text or "") for text in tree.iter("{*}text"))


def test_png(tmp_path: Path) -> None:
    drawing = draw_curves(report_on(ROWS))
    write_drawing(drawing, tmp_path / "curve.PNG")
    image = Image.open(io.BytesIO((tmp_path / "curve.PNG").read_bytes()))
    assert image.size == (2 * drawing.width, 2 * drawing.height)


def test_words_are_escaped() -> None:
    assert "<b>" not in as_svg(Drawing(9, 9, (Words(0, 0, "<b>&"),), "<b>"))


def test_nothing_judged_is_a_picture_too() -> None:
    assert not report_on([]).curves
    assert draw_curves(report_on([])).shapes
    assert Kind.PAGE not in dict(report_on([]).curves)
