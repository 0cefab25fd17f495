"""The files of a notice: letter, machine-readable reports, lists, the form's sheet."""

from dataclasses import dataclass, field

from takedown.reports.annex_files import csv_annex, form_sheet, json_annex
from takedown.reports.compose import compose_letter
from takedown.reports.content import NoticeContent
from takedown.reports.letter import Letter
from takedown.reports.letter_docx import render_docx
from takedown.reports.letter_pdf import render_pdf
from takedown.reports.xarf_report import xarf_reports

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_XARF = 50  # reports attached to one notice; the annex holds every address


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """One file by the name that it is sent under."""

    name: str
    data: bytes = field(repr=False)
    media_type: str = "application/octet-stream"


def letter_files(letter: Letter) -> tuple[NoticeFile, NoticeFile]:
    """The letter as it is printed, and for a word processor."""
    return (
        NoticeFile("letter.pdf", render_pdf(letter), "application/pdf"),
        NoticeFile("letter.docx", render_docx(letter), DOCX),
    )


def notice_files(
    content: NoticeContent, category: str, address: str, mailbox: str, domain: str
) -> tuple[NoticeFile, ...]:
    """Everything that goes with the notice. XARF goes to providers, not on paper to authorities."""
    files = [
        *letter_files(compose_letter(content)),
        NoticeFile("annex.csv", csv_annex(content), "text/csv"),
        NoticeFile("annex.json", json_annex(content), "application/json"),
        NoticeFile("form.txt", form_sheet(content, address), "text/plain"),
    ]
    if content.act in {"report", "require"}:
        reports = xarf_reports(content, category=category, reporter=mailbox or f"abuse@{domain}", domain=domain)
        files += [NoticeFile(name, data, "application/json") for name, data in reports[:MAX_XARF]]
    return tuple(files)
