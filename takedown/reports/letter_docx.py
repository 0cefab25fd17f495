"""Writes a letter as DOCX in the layout of Decree 30/2020, for an officer to finish in a word processor."""

import io
from typing import Any

from takedown.reports.letter import Annex, Letter, heading_lines, inert_words, listed, roman

_FONT = "Times New Roman"
_EXACT = "DejaVu Sans Mono"


def render_docx(letter: Letter) -> bytes:
    """The letter with its annexes."""
    from docx import Document

    document: Any = Document()
    _page(document)
    _head(document, letter)
    _body(document, letter)
    _end(document, letter)
    if letter.translation:
        document.add_page_break()
        _line(document, "English translation for information", bold=True, size=14, align="center")
        for line in letter.translation:
            _line(document, line, indent=True)
    for number, annex in enumerate(letter.annexes, start=1):
        _annex(document, number, annex)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _page(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(0)
    _page_number(section.header.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _head(document: Any, letter: Letter) -> None:
    table = document.add_table(rows=2, cols=2)
    left, right = table.rows[0].cells
    for line in heading_lines(letter.superior):
        _cell(left, line, size=12.5)
    _cell(left, letter.agency, size=12.5, bold=True)
    _cell(left, "_______", size=8)
    _cell(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12.5, bold=True)
    _cell(right, "Độc lập - Tự do - Hạnh phúc", size=13.5, bold=True, underline=True)
    left, right = table.rows[1].cells
    _cell(left, f"Số:          /{letter.symbol}", size=13)
    _cell(left, f"V/v {letter.subject}", size=12.5)
    if letter.urgency:
        _cell(left, letter.urgency, size=13, bold=True)
    _cell(right, f"{letter.place}, ngày      tháng      năm {letter.year}", size=13.5, italic=True)


def _body(document: Any, letter: Letter) -> None:
    _line(document, "")
    if len(letter.to) == 1:
        _line(document, f"Kính gửi: {letter.to[0]}.", align="center")
    else:
        _line(document, "Kính gửi:", align="center")
        for entry in listed(letter.to):
            _line(document, f"- {entry}", align="center")
    _line(document, "")
    for entry in listed(letter.legal):
        _line(document, f"Căn cứ {entry}", italic=True, indent=True)
    for line in letter.paragraphs:
        _line(document, line, indent=True)


def _end(document: Any, letter: Letter) -> None:
    _line(document, "")
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    _cell(left, "Nơi nhận:", size=12, bold=True, italic=True, align="left")
    for entry in letter.copies:
        _cell(left, f"- {entry.rstrip(' .;')};", size=11, align="left")
    _cell(left, f"- Lưu: VT, {letter.filing}." if letter.filing else "- Lưu: VT.", size=11, align="left")
    for line in letter.signer:
        _cell(right, line, size=13.5, bold=True)
    for _ in range(5):
        _cell(right, "", size=13.5)


def _annex(document: Any, number: int, annex: Annex) -> None:
    from docx.shared import Mm

    document.add_page_break()
    _line(document, f"Phụ lục {roman(number)}", bold=True, size=14, align="center")
    _line(document, annex.title, bold=True, size=14, align="center")
    for line in annex.intro:
        _line(document, line, size=12)
    if annex.rows:
        _table(document, annex)
    for line in annex.notes:
        _line(document, line, size=12)
    for picture in annex.pictures:
        document.add_picture(io.BytesIO(picture.data), width=Mm(120))
        _line(document, picture.caption, size=10.5, italic=True, align="center")


def _table(document: Any, annex: Annex) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=len(annex.columns), style="Table Grid")
    table.autofit = False
    for cell, column in zip(table.rows[0].cells, annex.columns, strict=True):
        _cell(cell, column, size=11, bold=True)
    for row in annex.rows:
        for place, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            exact = place in annex.exact
            _cell(cell, text, size=9 if exact else 11, align="left", font=_EXACT if exact else _FONT)
    for place, width in enumerate(annex.widths):
        for cell in table.columns[place].cells:
            cell.width = Mm(165 * width / 100)


def _line(
    document: Any,
    text: str,
    *,
    size: float = 13.5,
    bold: bool = False,
    italic: bool = False,
    indent: bool = False,
    align: str = "justify",
) -> None:
    from docx.shared import Cm, Pt

    paragraph = document.add_paragraph()
    _write(paragraph, text, size=size, bold=bold, italic=italic, align=align)
    paragraph.paragraph_format.space_after = Pt(6)
    if indent:
        paragraph.paragraph_format.first_line_indent = Cm(1.27)


def _cell(
    cell: Any,
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    align: str = "center",
    font: str = _FONT,
) -> None:
    first = cell.paragraphs[0]
    paragraph = first if not first.text and len(cell.paragraphs) == 1 and not first.runs else cell.add_paragraph()
    _write(paragraph, text, size=size, bold=bold, italic=italic, underline=underline, align=align, font=font)


def _write(
    paragraph: Any,
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    align: str = "justify",
    font: str = _FONT,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    places = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
    }
    paragraph.alignment = places[align]
    run = paragraph.add_run(inert_words(text))
    run.bold, run.italic, run.underline = bold, italic, underline
    run.font.name, run.font.size = font, Pt(size)
    run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), font)
