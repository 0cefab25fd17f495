"""Rows that people add beside the files: a new law, a renamed agency, another signer."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import OfficeRow
from takedown.actor import Actor, Role
from takedown.errors import OfficeDataError
from takedown.offices.load import build_row, load_offices
from takedown.offices.model import Agency, LegalBasis, Offices, Signer

KINDS = {"legal_basis": LegalBasis, "agency": Agency, "signer": Signer}


def current_offices(session: Session) -> Offices:
    """What ships and what people added; of two rows with one id that both hold, the one that began later counts."""
    shipped = load_offices()
    rows = session.exec(select(OfficeRow).order_by(col(OfficeRow.id))).all()
    legal = (build_row(LegalBasis, _table(row), _where(row)) for row in rows if row.kind == "legal_basis")
    agencies = (build_row(Agency, _table(row), _where(row)) for row in rows if row.kind == "agency")
    signers = (build_row(Signer, _table(row), _where(row)) for row in rows if row.kind == "signer")
    return Offices((*shipped.legal, *legal), (*shipped.agencies, *agencies), (*shipped.signers, *signers))


def add_office_row(
    session: Session, kind: str, fields: Mapping[str, object], *, actor: Actor, now: datetime
) -> OfficeRow:
    """Adds one dated row; an administrator's word. Raises OfficeDataError for what no letter could use."""
    actor.require(Role.ADMINISTRATOR)
    if kind not in KINDS:
        raise OfficeDataError(
            f"`{kind}` is no kind of row; use {', '.join(KINDS)}",
            f"`{kind}` không phải loại dòng; dùng {', '.join(KINDS)}",
        )
    table = {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}
    row = OfficeRow(
        kind=kind,
        key=str(table.get("id", "")),
        valid_from=str(table.get("valid_from", "")),
        valid_to=str(table.get("valid_to") or ""),
        fields=table,
        confirmed=bool(table.get("confirmed")),
        source=str(table.get("source", "")),
        last_verified=str(table.get("last_verified", "")),
        verified_by=str(table.get("verified_by", "")),
        added_at=now,
        added_by=actor.name,
    )
    build_row(KINDS[kind], _table(row), f"the new {kind}")
    session.add(row)
    session.flush()
    record_audit(session, at=now, actor=actor.name, action="office.added", subject=f"{kind} {row.key}", detail=table)
    return row


def _table(row: OfficeRow) -> dict[str, object]:
    return {name: value for name, value in row.fields.items() if value is not None and value != ""}


def _where(row: OfficeRow) -> str:
    return f"office row {row.id} ({row.kind} {row.key})"
