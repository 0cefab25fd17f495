"""Renders a letter as PDF/A in the layout of Decree 30/2020, with fonts of our own and nothing fetched."""

import base64
from collections.abc import Iterator
from html import escape as escape_html
from pathlib import Path
from typing import Any

from takedown.errors import NoticeError
from takedown.reports.letter import Annex, Letter, heading_lines, inert_words, listed, roman

FONTS = Path(__file__).parent / "fonts"
_FACES = (
    ("Letter", "Tinos-Regular.ttf", "normal", "normal"),
    ("Letter", "Tinos-Italic.ttf", "normal", "italic"),
    ("Letter", "Tinos-Bold.ttf", "bold", "normal"),
    ("Letter", "Tinos-BoldItalic.ttf", "bold", "italic"),
    ("Exact", "DejaVuSansMono.ttf", "normal", "normal"),
)
_STYLE = Path(__file__).with_name("letter.css")


def render_pdf(letter: Letter) -> bytes:
    """The letter with its annexes. Raises NoticeError should anything in it ask for an outside resource."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    document = HTML(string=letter_html(letter), url_fetcher=_own_fetcher())
    try:
        data: Any = document.write_pdf(font_config=FontConfiguration(), pdf_variant="pdf/a-3u")
    except FatalURLFetchingError as error:  # no ordinary exception to the library
        raise NoticeError(f"the letter cannot be drawn: {error}", f"không vẽ được công văn: {error}") from error
    return bytes(data)


def letter_html(letter: Letter) -> str:
    """The whole document; every word of it escaped."""
    annexes = "".join(_annex(number, annex) for number, annex in enumerate(letter.annexes, start=1))
    translation = ""
    if letter.translation:
        lines = "".join(f"<p>{escape(line)}</p>" for line in letter.translation)
        translation = (
            f'<section class="translation" lang="en"><h1>English translation for information</h1>{lines}</section>'
        )
    reference = letter.reference.replace("\\", "").replace('"', "")
    style = f'{"".join(_faces())}{_STYLE.read_text("utf-8")} :root {{ --reference: "{escape(reference)}"; }}'
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(letter.subject)}</title>'
        f"<style>{style}</style></head><body>{_head(letter)}{_body(letter)}{_end(letter)}{translation}{annexes}</body></html>"
    )


def escape(text: str) -> str:
    """Words as they are printed: none of them is markup."""
    return escape_html(inert_words(text))


def _faces() -> Iterator[str]:
    for family, name, weight, style in _FACES:
        address = (FONTS / name).as_uri()
        face = f"font-family: {family}; src: url('{address}'); font-weight: {weight}; font-style: {style};"
        yield f"@font-face {{ {face} }}"


def _head(letter: Letter) -> str:
    urgent = f'<div class="urgent">{escape(letter.urgency)}</div>' if letter.urgency else ""
    blank = "&nbsp;" * 8
    superior = "<br>".join(map(escape, heading_lines(letter.superior)))
    return (
        '<table class="head"><tr><td>'
        f'<div class="caps">{superior}</div><div class="agency">{escape(letter.agency)}</div>'
        '<div class="rule"></div></td><td class="right"><div class="nation">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div>'
        '<div class="motto">Độc lập - Tự do - Hạnh phúc</div></td></tr><tr><td>'
        f'<div class="number">Số: {blank}/{escape(letter.symbol)}</div>'
        f'<div class="about">V/v {escape(letter.subject)}</div>{urgent}</td><td class="right">'
        f'<div class="day">{escape(letter.place)}, ngày{"&nbsp;" * 7}tháng{"&nbsp;" * 7}năm {letter.year}</div>'
        "</td></tr></table>"
    )


def _body(letter: Letter) -> str:
    if len(letter.to) == 1:
        to = f'<div class="to">Kính gửi: {escape(letter.to[0])}.</div>'
    else:
        entries = "".join(f"<li>- {escape(entry)}</li>" for entry in listed(letter.to))
        to = f'<div class="to">Kính gửi:<ul>{entries}</ul></div>'
    bases = "".join(f'<p class="basis">Căn cứ {escape(entry)}</p>' for entry in listed(letter.legal))
    return to + bases + "".join(f"<p>{escape(line)}</p>" for line in letter.paragraphs)


def _end(letter: Letter) -> str:
    filed = f"Lưu: VT, {letter.filing}" if letter.filing else "Lưu: VT"
    lines = (*(f"- {entry.rstrip(' .;')};" for entry in letter.copies), f"- {filed}.")
    copies = "".join(f"<li>{escape(line)}</li>" for line in lines)
    signer = "<br>".join(map(escape, letter.signer))
    return (
        f'<div class="end"><div class="copies"><b>Nơi nhận:</b><ul>{copies}</ul></div>'
        f'<div class="signer">{signer}</div></div>'
    )


def _annex(number: int, annex: Annex) -> str:
    parts = [f'<section class="annex"><h1>Phụ lục {roman(number)}</h1><h2>{escape(annex.title)}</h2>']
    parts += [f'<p class="note">{escape(line)}</p>' for line in annex.intro]
    if annex.rows:
        parts.append(_table(annex))
    parts += [f'<p class="note">{escape(line)}</p>' for line in annex.notes]
    for picture in annex.pictures:
        data = base64.b64encode(picture.data).decode()
        parts.append(
            f'<figure><img src="data:{picture.media_type};base64,{data}" alt="">'
            f"<figcaption>{escape(picture.caption)}</figcaption></figure>"
        )
    return "".join([*parts, "</section>"])


def _table(annex: Annex) -> str:
    widths = "".join(f'<col style="width:{width}%">' for width in annex.widths)
    heads = "".join(f"<th>{escape(column)}</th>" for column in annex.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="exact">{escape(cell)}</td>' if place in annex.exact else f"<td>{escape(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in annex.rows
    )
    return (
        f'<table class="list"><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _own_fetcher() -> Any:
    """Gives the letter its own fonts and the pictures that are in it, nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    own = {(FONTS / name).as_uri() for _, name, _, _ in _FACES}

    class OwnFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in own and not url.startswith("data:image/"):
                raise FatalURLFetchingError(f"a letter asks for an outside resource: {url[:200]}")
            return super().fetch(url, headers)

    return OwnFetcher(allowed_protocols=("file", "data"))
