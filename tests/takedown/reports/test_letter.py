"""Letters on paper: the layout's parts are there, addresses read back letter by letter, nothing is fetched."""

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from takedown.errors import NoticeError
from takedown.reports.check_code import check_code, printable_url
from takedown.reports.letter import Annex, Letter, heading_lines, listed, roman
from takedown.reports.letter_docx import render_docx
from takedown.reports.letter_pdf import letter_html, render_pdf
from tests.takedown.reports.page_pictures import page_pictures
from tests.takedown.reports.reading_back import read_back

URLS = (
    "https://shopee-l1lI0O.example/khuyen-mai?ma=Il1O0S5B8&next=" + "x1lI" * 30,
    "http://xn--mb-bank-9za.example:8080/~dang-nhap/%C4%91/a_b-c.html#top",
)
LETTER = Letter(
    superior="ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH",
    agency="SỞ KHOA HỌC VÀ CÔNG NGHỆ",
    symbol="SKHCN-P.BCVT",
    place="Thành phố Hồ Chí Minh",
    year=2026,
    subject="đề nghị xử lý trang có dấu hiệu lừa đảo",
    to=("Phòng A", "Phòng B"),
    legal=("Luật An ninh mạng ngày 10 tháng 12 năm 2025", "Luật Viễn thông ngày 24 tháng 11 năm 2023"),
    paragraphs=("Nội dung <b>không</b> phải mã.", "Đề nghị xem xét."),
    signer=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    copies=("Như trên",),
    filing="P.BCVT",
    annexes=(
        Annex(
            "Danh mục",
            columns=("TT", "Địa chỉ", "Mã"),
            rows=tuple((str(place), url, check_code(url)) for place, url in enumerate(URLS, 1)),
            exact=frozenset({1, 2}),
            widths=(8, 72, 20),
        ),
    ),
    reference="lachan",
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(LETTER)


def test_addresses_read_back_from_the_text_layer(pdf: bytes) -> None:
    from pypdf import PdfReader

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    joined = "".join(text.split())
    for url in URLS:
        assert url in joined
        assert check_code(url) in joined
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Kính gửi:", "- Lưu: VT, P.BCVT.", "KT. GIÁM ĐỐC", "Phụ lục I"):
        assert "".join(words.split()) in joined
    assert "Nội dung <b>không</b> phải mã." in text


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")
def test_the_printed_page_reads_back_by_eye(pdf: bytes, tmp_path: Path) -> None:
    pages = page_pictures(pdf, tmp_path, dots=300)
    read = subprocess.run(
        ["tesseract", str(pages[-1]), "-", "--psm", "6"], capture_output=True, text=True, check=True, timeout=120
    )
    joined = "".join(read.stdout.split())
    assert "http" in joined
    assert check_code(URLS[1])[:4] in joined
    first = subprocess.run(
        ["tesseract", str(pages[0]), "-", "-l", "vie+eng"], capture_output=True, text=True, check=False, timeout=120
    )
    if first.returncode == 0:  # the Vietnamese model is there
        assert "Luật An ninh mạng ngày 10 tháng 12 năm 2025;" in " ".join(first.stdout.split())


def test_every_printed_address_is_read_letter_by_letter_from_the_picture(pdf: bytes) -> None:
    read = read_back(pdf, LETTER)
    assert read == "".join(f"{url}{check_code(url)}" for url in URLS)


def test_the_glyphs_that_people_confuse_look_different() -> None:
    confused = ("1lI|!ij", "0OoQDC", "5S$s", "8B&", "2Zz", "rnm", "vvw", "'`,.;:", "-_~", "uU", "gq9")
    url = "https://a.example/" + "".join(confused) * 12
    annex = Annex("A", columns=("A",), rows=((url,),), exact=frozenset({0}), widths=(100,))
    assert read_back(render_pdf(replace(LETTER, annexes=(annex,))), LETTER) == url


def test_bases_end_as_the_decree_wants_and_nothing_is_signed() -> None:
    html = letter_html(LETTER)
    assert "năm 2025;</p>" in html
    assert "năm 2023.</p>" in html
    assert "PHÓ GIÁM ĐỐC</div>" in html  # no name below


def test_an_outside_resource_stops_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    import takedown.reports.letter_pdf as module

    html = letter_html(LETTER).replace("<body>", '<body><img src="http://127.0.0.1:9/x.png">')
    monkeypatch.setattr(module, "letter_html", lambda letter: html)
    with pytest.raises(NoticeError, match="outside resource"):
        render_pdf(LETTER)


def test_the_word_processor_gets_the_same_words() -> None:
    from docx import Document

    document = Document(io.BytesIO(render_docx(replace(LETTER, subject="x\x00\x1b\ud800y"))))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert set(URLS) <= set(cells)
    assert any("V/v x" in cell for cell in cells)


def test_small_print() -> None:
    assert [roman(number) for number in (1, 4, 9, 14, 39, 44, 101)] == [
        "I", "IV", "IX", "XIV", "XXXIX", "XLIV", "CI",
    ]  # fmt: skip
    assert listed(("a;", "b")) == ("a;", "b.")


@given(st.text(min_size=1, max_size=200), st.integers(0, 199), st.characters())
def test_one_changed_character_changes_the_code(url: str, place: int, letter: str) -> None:
    try:
        printable_url(url)
    except UnicodeEncodeError:  # half a surrogate pair is no address
        return
    place %= len(url)
    other = url[:place] + letter + url[place + 1 :]
    if letter.isprintable() and printable_url(other) != printable_url(url):
        assert check_code(other) != check_code(url)
    assert printable_url(url).isascii()
    assert printable_url(printable_url(url)) == printable_url(url)


@pytest.mark.parametrize(
    ("superior", "lines"),
    [
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH", ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HỒ CHÍ MINH")),
        ("CÔNG AN THÀNH PHỐ HỒ CHÍ MINH", ("CÔNG AN", "THÀNH PHỐ HỒ CHÍ MINH")),
        ("ỦY BAN NHÂN DÂN TỈNH LÂM ĐỒNG", ("ỦY BAN NHÂN DÂN", "TỈNH LÂM ĐỒNG")),
        ("CÔNG AN TỈNH LÂM ĐỒNG", ("CÔNG AN TỈNH LÂM ĐỒNG",)),
        ("BỘ KHOA HỌC VÀ CÔNG NGHỆ VIỆT NAM", ("BỘ KHOA HỌC VÀ CÔNG NGHỆ VIỆT NAM",)),
        ("", ("",)),
    ],
)
def test_a_heading_breaks_before_the_city_and_never_within_its_name(superior: str, lines: tuple[str, ...]) -> None:
    assert heading_lines(superior) == lines


def test_the_heading_is_printed_as_it_breaks(pdf: bytes) -> None:
    assert "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH\n" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
