"""Words of a hostile page in a notice: nothing that leaves executes, fetches or adds a header."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime

import pytest
from lxml import etree

from takedown.inert import inert
from takedown.reports.annex_files import csv_annex, form_sheet, json_annex
from takedown.reports.compose import compose_letter, compose_mail, compose_mail_subject
from takedown.reports.content import NoticeContent, Reason, UrlEvidence
from takedown.reports.letter_docx import render_docx
from takedown.reports.letter_pdf import render_pdf
from takedown.reports.xarf_report import xarf_reports

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FORMULA = "=cmd|'/C calc'!A0"
WORDS = (
    "<img src=http://127.0.0.1:9/x><script>alert(1)</script>{{7*7}}\r\nBcc: x@y.example\x1b[2J\x07"
    '<w:fldSimple w:instr="DDEAUTO c:\\\\calc"/>'
)
URL = f"https://shop.example/a;{FORMULA};b,{FORMULA}\t{FORMULA}"


def notice(*, foreign: bool) -> NoticeContent:
    evidence = UrlEvidence(
        URL, "shop.example", "AB12", NOW, "phone", 200, "0" * 64, 1, title=WORDS, user_agent=WORDS, referrer=FORMULA
    )
    return NoticeContent(
        case_id=1,
        token="LC-23456789AB",
        act="report",
        role="registrar",
        recipient="R",
        superior="A",
        agency="B",
        agency_called="B",
        agency_en="B",
        symbol="S",
        place="P",
        signer=("N",),
        filing="F",
        contact="c@b.example",
        category_vi="Cửa hàng giả",
        category_en="Fake shop",
        legal=("L",),
        urls=(evidence,),
        reasons=(Reason(inert(FORMULA + WORDS), inert(FORMULA + WORDS), WORDS),),  # as they are taken in
        written_at=NOW,
        foreign=foreign,
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_a_formula_in_whatever_country_it_is_opened(separator: str) -> None:
    text = csv_annex(notice(foreign=False)).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert URL in next(row for row in csv.reader(io.StringIO(text)) if URL in row)


@pytest.mark.parametrize("foreign", [False, True])
def test_letters_hold_words_alone(foreign: bool) -> None:
    letter = compose_letter(notice(foreign=foreign))
    pdf = render_pdf(letter)
    assert not re.search(rb"/JavaScript|/Launch|/URI *[(]|/OpenAction *<<|/SubmitForm", pdf)
    with zipfile.ZipFile(io.BytesIO(render_docx(letter))) as archive:
        document = etree.fromstring(archive.read("word/document.xml"))
        related = archive.read("word/_rels/document.xml.rels").decode()
    assert "TargetMode=" not in related, "nothing outside is asked for"
    kinds = {etree.QName(element).localname for element in document.iter(etree.Element)}
    assert not kinds & {"fldSimple", "hyperlink", "object", "altChunk", "OLEObject"}
    asked = [element.text for element in document.iter("{*}instrText")]
    assert all(field and field.strip() in {"PAGE", "NUMPAGES"} for field in asked)


@pytest.mark.parametrize("foreign", [False, True])
def test_mail_and_data_hold_no_more_than_was_put_in(foreign: bool) -> None:
    content = notice(foreign=foreign)
    assert "\n" not in compose_mail_subject(content)
    assert "\r" not in compose_mail_subject(content)
    assert json.loads(json_annex(content))["urls"][0]["url"] == URL
    for _, report in xarf_reports(content, category="fake_shop", reporter="c@b.example", domain="b.example"):
        assert b"\x1b" not in report
        assert json.loads(report)["url"] == URL
    for text in (compose_mail(content), form_sheet(content, "https://form.example/").decode()):
        assert "\x1b" not in text
        assert "\x07" not in text
