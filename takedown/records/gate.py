"""The gate: what an asking document still lacks before it may be accepted, all of it at once, in words. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from takedown.delivery.calendar import is_working_day
from takedown.errors import RecordsError
from takedown.offices import Act, LegalBasis, Offices
from takedown.offices.model import holds
from takedown.records.subjects import Read
from takedown.reports.content import VIETNAM

MAX_ORDER = 20_000_000  # bytes
MAX_WORDS = 4000
_LONGEST = {
    "document_number": (100, "Số văn bản"),
    "case_number": (100, "Số vụ việc, hồ sơ"),
    "agency": (300, "Cơ quan"),
    "unit": (300, "Đơn vị"),
    "officer": (200, "Cán bộ đầu mối"),
    "contact": (200, "Liên hệ"),
    "purpose": (MAX_WORDS, "Mục đích"),
}
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
)


class Urgency(StrEnum):
    """How fast the law wants the answer, counted from the moment at which the document came in."""

    ORDINARY = "ordinary"
    HOURS_24 = "24h"
    HOURS_6 = "6h"
    HOURS_3 = "3h"

    @property
    def hours(self) -> int | None:
        return None if self is Urgency.ORDINARY else int(self.removesuffix("h"))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it came: kept byte by byte, never opened. ``media_type`` from its first bytes."""

    name: str
    data: bytes = field(repr=False)
    media_type: str

    @classmethod
    def read(cls, name: str, data: bytes) -> "Attachment":
        """Raises RecordsError for an empty, too long or unexpected file."""
        if not data:
            raise RecordsError(
                f"{name}: the file is empty; attach the signed document", f"{name}: tệp rỗng; đính kèm văn bản đã ký"
            )
        if len(data) > MAX_ORDER:
            raise RecordsError(
                f"{name}: {len(data):,} bytes are over the bound of {MAX_ORDER:,}; scan it smaller",
                f"{name}: {len(data):,} byte vượt mức {MAX_ORDER:,}; quét nhỏ lại",
            )
        media = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
        if not media:
            raise RecordsError(
                f"{name}: neither PDF, DOCX, PNG, JPEG nor TIFF; attach one of these",
                f"{name}: không phải PDF, DOCX, PNG, JPEG hay TIFF; đính kèm một trong các loại này",
            )
        return cls(plain_name(name), data, media)


def plain_name(name: str) -> str:
    """A file's name without its folders and without whatever a file system or a shell might take for something else."""
    plain = "".join(c if c.isalnum() or c in " ._-" else "_" for c in name.replace("\\", "/").rpartition("/")[2])
    return plain.strip(" .")[-120:] or "document"


@dataclass(frozen=True, slots=True)
class Asked:
    """An asking document as it was typed in; what is not known yet is empty."""

    document_number: str = ""
    document_date: date | None = None
    agency: str = ""
    unit: str = ""
    officer: str = ""
    contact: str = ""  # how to reach the officer
    case_number: str = ""
    legal: tuple[str, ...] = ()  # ids of legal bases
    urgency: Urgency = Urgency.ORDINARY
    purpose: str = ""
    subjects: Read = field(default_factory=Read)
    pasted: str = ""  # the list as it was given
    received_at: datetime | None = None  # None: now

    @property
    def open_key(self) -> str | None:
        """The same for two spellings of one document; None while its number is not known."""
        number = "".join(self.document_number.casefold().split())
        if not number:
            return None
        agency = " ".join(self.agency.casefold().split())
        return hashlib.sha256(f"{number}|{self.document_date}|{agency}".encode()).hexdigest()


def missing(asked: Asked, *, has_order: bool, offices: Offices, now: datetime) -> tuple[str, ...]:
    """All that stands in the way of accepting it, in Vietnamese and English; empty: nothing."""
    return tuple(_missing(asked, has_order, offices, now))


def bases_of(asked: Asked, offices: Offices, on: date) -> tuple[LegalBasis, ...]:
    """The named bases that hold on that day and are about records."""
    named = set(asked.legal)
    return tuple(
        entry for entry in offices.legal if entry.id in named and Act.DISCLOSE in entry.acts and holds(entry, on)
    )


def due_at(urgency: Urgency, received_at: datetime, *, ordinary_days: int) -> datetime:
    """When the answer is owed: so many hours from the receipt, or the end of so many working days."""
    if urgency.hours is not None:
        return received_at + timedelta(hours=urgency.hours)
    local, left = received_at.astimezone(VIETNAM), ordinary_days
    while left > 0:
        local += timedelta(days=1)
        left -= is_working_day(local.date())
    return local.replace(hour=17, minute=0, second=0, microsecond=0)


def too_long(asked: Asked) -> tuple[str, str] | None:
    """Which field is longer than any document would want, in English and Vietnamese."""
    for name, (bound, vi) in _LONGEST.items():
        if len(getattr(asked, name)) > bound:
            return f"{name} has over {bound} characters; shorten it", f"{vi} dài quá {bound} ký tự; rút ngắn lại"
    return None


def _missing(asked: Asked, has_order: bool, offices: Offices, now: datetime) -> Iterator[str]:
    today = now.astimezone(VIETNAM).date()
    for value, words in (
        (asked.document_number, "thiếu số văn bản yêu cầu / the asking document's number is missing"),
        (asked.document_date, "thiếu ngày văn bản yêu cầu / the asking document's date is missing"),
        (asked.agency, "thiếu tên cơ quan yêu cầu / the asking agency is missing"),
        (asked.unit, "thiếu đơn vị yêu cầu / the asking unit is missing"),
        (asked.officer, "thiếu tên cán bộ đầu mối / the officer is missing"),
        (asked.case_number, "thiếu số vụ việc, hồ sơ / the case number is missing"),
        (asked.purpose, "thiếu mục đích / the purpose is missing"),
        (asked.subjects.subjects, "không có tên miền hay số điện thoại nào đọc được / no readable domain or phone"),
        (has_order, "thiếu bản chụp văn bản yêu cầu / the document itself is not attached"),
    ):
        if not (value.strip() if isinstance(value, str) else value):
            yield words
    if asked.document_date is not None and asked.document_date > today:
        yield f"ngày văn bản {asked.document_date:%d/%m/%Y} ở tương lai / the document's date lies in the future"
    if asked.received_at is not None and asked.received_at > now + timedelta(minutes=5):
        yield "giờ nhận văn bản ở tương lai / the time of receipt lies in the future"
    yield from _missing_law(asked, offices, asked.document_date or today)


def _missing_law(asked: Asked, offices: Offices, on: date) -> Iterator[str]:
    usable = sorted({entry.id for entry in offices.legal if Act.DISCLOSE in entry.acts and holds(entry, on)})
    if not asked.legal:
        yield f"không có căn cứ pháp lý / no legal basis; one or more of: {', '.join(usable)}"
        return
    held = bases_of(asked, offices, on)
    for name in sorted(set(asked.legal) - {entry.id for entry in held}):
        yield f"căn cứ «{name[:80]}» không có hoặc không còn hiệu lực ngày {on:%d/%m/%Y} / no such basis on that day"
    wanted = asked.urgency.hours
    if wanted is not None and held and wanted not in {hours for e in held for hours in (e.hours, e.urgent_hours)}:
        sets = ", ".join(f"{e.id}: {e.hours or '-'}h/{e.urgent_hours or '-'}h" for e in held)
        yield f"không căn cứ nào đặt thời hạn {wanted} giờ / none of the bases sets a clock of {wanted} hours ({sets})"
