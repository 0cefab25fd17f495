"""Legal bases, agencies and signers as frozen rows, each valid for a time; nothing of it is a constant in code."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar


class Act(StrEnum):
    """What a notice does. Only an agency with the power *requires*; a department *proposes*, anybody *reports*."""

    REQUIRE = "require"
    PROPOSE = "propose"
    REPORT = "report"
    ASK_CLEAN = "ask_clean"
    DISCLOSE = "disclose"  # asks for records of an owner or a subscriber; only on behalf of who has the power to


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One basis. ``citation``: as a letter prints it after «Căn cứ»; ``articles``: what of it is relied on."""

    id: str
    citation: str
    acts: tuple[str, ...]
    targets: tuple[str, ...]  # roles of recipients that it speaks to; empty: all
    valid_from: date
    valid_to: date | None = None
    articles: str = ""
    number: str = ""
    hours: int | None = None  # within which it binds
    urgent_hours: int | None = None
    confirmed: bool = False
    source: str = ""
    last_verified: str = ""
    verified_by: str = ""
    note: str = ""

    @property
    def cited(self) -> str:
        """As a notice names it: what of it is relied on, then the instrument."""
        return f"{self.articles} {self.citation}".strip()


@dataclass(frozen=True, slots=True)
class Agency:
    """Who writes. ``act``: the strongest act that it has the power to. ``symbol``: after the number of a letter."""

    id: str
    superior: str
    name: str
    called: str  # within a sentence
    name_en: str
    symbol: str
    place: str
    act: str
    signer: str  # the id of a signer
    valid_from: date
    valid_to: date | None = None
    filing: str = ""  # the unit after «Lưu: VT,»
    contact: str = ""
    confirmed: bool = False
    source: str = ""
    last_verified: str = ""
    verified_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """The lines above a signature, in capitals; the name stays blank, since people change."""

    id: str
    lines: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    confirmed: bool = False
    source: str = ""
    last_verified: str = ""
    verified_by: str = ""
    note: str = ""


Row = TypeVar("Row", LegalBasis, Agency, Signer)


@dataclass(frozen=True, slots=True)
class Offices:
    """All rows, of all times; the questions name the day."""

    legal: tuple[LegalBasis, ...]
    agencies: tuple[Agency, ...]
    signers: tuple[Signer, ...]

    def agency(self, agency_id: str, on: date) -> Agency | None:
        """The agency as it is on that day."""
        return _current(self.agencies, agency_id, on)

    def signer(self, signer_id: str, on: date) -> Signer | None:
        """The signer's lines on that day."""
        return _current(self.signers, signer_id, on)

    def bases(self, act: str, role: str, on: date) -> tuple[LegalBasis, ...]:
        """What an act towards a recipient of that role can rely on, on that day."""
        return tuple(
            entry
            for entry in self.legal
            if act in entry.acts and (not entry.targets or role in entry.targets) and holds(entry, on)
        )


def holds(row: LegalBasis | Agency | Signer, on: date) -> bool:
    """Is the row valid on that day?"""
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def _current(rows: tuple[Row, ...], row_id: str, on: date) -> Row | None:
    """The valid row with this id; of several, the one that began last."""
    found = [row for row in rows if row.id == row_id and holds(row, on)]
    return max(found, key=lambda row: row.valid_from, default=None)
