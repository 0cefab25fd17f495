"""The list of addresses for programs and spreadsheets, and a web form's fields for a person to paste."""

import csv
import io
import json

from takedown.reports.compose import compose_mail, compose_mail_subject
from takedown.reports.content import NoticeContent, iso_instant, steps_en, steps_vi

COLUMNS = ("url", "check_code", "host", "seen_at", "vantage", "http_status", "manifest_sha256", "observation")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_annex(content: NoticeContent) -> bytes:
    """CSV with a byte-order mark, so that spreadsheets read the Vietnamese; no cell is a formula.

    All cells are quoted: where the list separator is a semicolon, as in Vietnam, one in an address would begin a cell.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for row in _rows(content):
        writer.writerow([inert_cell(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def json_annex(content: NoticeContent) -> bytes:
    """The same as one JSON object."""
    document = {
        "case": content.case_id,
        "reference": content.token,
        "act": content.act,
        "recipient": content.recipient,
        "agency": content.agency_en,
        "legal": list(content.legal),
        "written_at": iso_instant(content.written_at),
        "urls": [dict(zip(COLUMNS, row, strict=True)) for row in _rows(content)],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def form_sheet(content: NoticeContent, address: str) -> bytes:
    """A web form's fields ready to paste, with the check-list of what this recipient wants."""
    english = content.foreign
    steps = steps_en if english else steps_vi
    lines = [
        f"Biểu mẫu / form: {address or '(chưa xác nhận địa chỉ)'}",
        "",
        "== URL",
        *(entry.url for entry in content.urls),
        "",
        "== Tiêu đề / subject",
        compose_mail_subject(content),
        "",
        "== Mô tả / description",
        compose_mail(content),
        "== Cách xem lại / how to reproduce",
        *(f"{entry.code}: {steps(entry)}" for entry in content.urls),
        "",
        "== Kiểm trước khi gửi / before sending",
        *(f"[ ] {entry}" for entry in content.required),
        *(f"[ ] mã kiểm tra / check code {entry.code} = {entry.url}" for entry in content.urls),
        "[ ] lưu ảnh màn hình xác nhận và mã hồ sơ của nơi nhận / keep the confirmation and its ticket number",
    ]
    return ("\n".join(lines) + "\n").encode()


def inert_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _rows(content: NoticeContent) -> list[tuple[str, ...]]:
    return [
        (
            entry.url,
            entry.code,
            entry.host,
            iso_instant(entry.seen_at),
            entry.vantage,
            str(entry.status),
            entry.manifest_digest,
            str(entry.observation_id),
        )
        for entry in content.urls
    ]
