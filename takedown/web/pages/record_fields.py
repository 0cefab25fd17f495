"""Fields of the owner-record forms, read: what is no day, no number or no choice is named, never passed for another."""

from datetime import date
from enum import StrEnum
from typing import TypeVar

from fastapi import UploadFile

from takedown.errors import RecordsError
from takedown.records.gate import Attachment

Choice = TypeVar("Choice", bound=StrEnum)


def chosen(kind: type[Choice], value: str, vi: str, en: str) -> Choice:
    """One of the words that a form offers. Raises RecordsError: another one must never pass for the first."""
    if value not in set(kind):
        raise RecordsError(
            f"{en}: «{value[:40]}» cannot be chosen; use one of {', '.join(kind)}",
            f"{vi}: không có «{value[:40]}»; chọn một trong {', '.join(kind)}",
        )
    return kind(value)


def fact_lines(text: str) -> tuple[tuple[str, str], ...]:
    """(what, value) of each line «what: value»."""
    pairs = (line.partition(":") for line in text.splitlines() if line.strip())
    return tuple((what.strip(), value.strip()) for what, _, value in pairs)


def day_of(text: str) -> date | None:
    """None for none. Raises RecordsError."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise RecordsError(
            f"the document's day: «{text[:20]}» is no day; write 2026-11-24",
            f"Ngày văn bản: «{text[:20]}» không phải ngày; ghi dạng 2026-11-24",
        ) from error


def letter_of(text: str) -> int | None:
    """The number of a letter, or None for none. Raises RecordsError."""
    if not text.strip():
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RecordsError(
            f"letter: «{text[:20]}» is no number; leave it empty where there is none",
            f"Công văn: «{text[:20]}» không phải số; để trống nếu không có",
        )
    return int(text)


def attached(upload: UploadFile | None) -> Attachment | None:
    """The file of a form, or None for none. Raises RecordsError."""
    if upload is None or not upload.filename:
        return None
    return Attachment.read(upload.filename, upload.file.read())
