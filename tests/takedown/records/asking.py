"""Requests for the tests of the owner-record desk."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from storage.db import write_session
from storage.vault import Vault
from takedown.actor import Actor, Role
from takedown.records.gate import Asked, Attachment, Urgency
from takedown.records.requests import accept_request, take_request
from takedown.records.subjects import read_subjects
from tests.takedown.desk import CHI, NOW

LAM = Actor("lam", frozenset({Role.POLICE}))
MAI = Actor("mai", frozenset({Role.POLICE}))
ORDER = Attachment.read("Công văn 45.pdf", b"%PDF-1.7 order")
OFFICER = "Đại úy Trần Thị Bưởi"


@dataclass(frozen=True)
class Office:
    """A database, an evidence store and the operator's keys."""

    engine: Engine
    store: ArtifactStore
    vault: Vault

    def take(self, asked: Asked, actor: Actor = LAM, order: Attachment | None = ORDER, now: datetime = NOW) -> int:
        """A stored draft's number."""
        with write_session(self.engine) as session:
            taken = take_request(session, self.store, self.vault, asked, order=order, actor=actor, now=now)
            session.commit()
            assert taken.request.id is not None
            return taken.request.id

    def accepted(self, text: str = "shop-a.example", number: str = "45/CV-PA05") -> int:
        """A request that an approver accepted."""
        made = self.take(asked(text, number=number))
        with write_session(self.engine) as session:
            accept_request(session, self.vault, made, actor=CHI, now=NOW)
            session.commit()
        return made


def asked(text: str = "shop-a.example", *, number: str = "45/CV-PA05", urgency: Urgency = Urgency.HOURS_24) -> Asked:
    """A complete asking document about a list."""
    return Asked(
        document_number=number,
        document_date=date(2026, 11, 24),
        agency="Công an Thành phố Hồ Chí Minh",
        unit="PA05",
        officer=OFFICER,
        contact="028 3838 0000",
        case_number="123/2026",
        legal=("luat_an_ninh_mang_2025_thong_tin",),
        urgency=urgency,
        purpose="Xác minh chủ thể vụ lừa đảo",
        subjects=read_subjects(text),
        pasted=text,
        received_at=NOW,
    )
