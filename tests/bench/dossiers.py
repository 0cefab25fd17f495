"""The dossier of many domains, as police get it, measured."""

import io
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine, read_session, write_session
from storage.models import DomainRecord
from storage.vault import Vault, add_key
from takedown.records.answers import AnswerState, add_answer
from takedown.records.dossier import build_dossier
from tests.bench.registrations import registrar_of
from tests.takedown.desk import AN, CHI, HEAD, NOW
from tests.takedown.records.asking import Office
from tests.takedown.reports.page_pictures import page_pictures


def make_dossier(number: int, folder: Path, pictures: Path | None) -> dict[str, Any]:
    """Two look-ups of each domain, an answer about every third; seconds, bytes of each file, pages."""
    engine = open_engine(f"sqlite:///{folder}/bench.db")
    migrate(engine)
    add_key(folder / "keys")
    office = Office(engine, ArtifactStore.open(f"file://{folder}/artifacts"), Vault.load(folder / "keys"))
    domains = [f"cua-hang-{place:03}.com" for place in range(number)]
    with write_session(engine) as session:
        session.add_all(_record(domain, days) for domain in domains for days in (30, 0))
        session.commit()
    request = office.accepted("\n".join(domains))
    with write_session(engine) as session:
        for domain in domains[::3]:
            add_answer(
                session, office.store, office.vault, request, about=domain, state=AnswerState.FOUND,
                source="Số 12/NĐK-PL ngày 25/11/2026",
                facts=(("Chủ thể", "Nguyễn Thị Ánh Tuyết"), ("Điện thoại", "0912345678"), ("Địa chỉ", "12 Lê Lợi")),
                received_at=NOW, actor=AN, now=NOW,
            )  # fmt: skip
        session.commit()
    started, worked = time.monotonic(), time.process_time()
    with read_session(engine) as session:
        made = build_dossier(session, office.store, office.vault, request, head=HEAD, actor=CHI, now=NOW)
    seconds, cpu = time.monotonic() - started, time.process_time() - worked
    files = {Path(file.name).suffix[1:]: file.data for file in made.files}
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        page_pictures(files["pdf"], pictures, dots=100)
    pages = len(PdfReader(io.BytesIO(files["pdf"])).pages)
    engine.dispose()
    sizes = {name: len(data) for name, data in files.items()}
    return {"domains": number, "seconds": round(seconds, 1), "cpu": round(cpu, 1), "pages": pages, "bytes": sizes}


def _record(domain: str, days: int) -> DomainRecord:
    at = NOW - timedelta(days=days)
    said = {"service": "rdap", "source": "rdap.example", "confidence": "high", "said_at": at.isoformat()}
    _, registrar = registrar_of(domain)
    facts = {
        "statements": [
            {"field": "registrar", "value": registrar or "Nhà đăng ký Mẫu", **said},
            {"field": "registered_at", "value": "2026-09-01T00:00:00+00:00", **said},
            {"field": "expires_at", "value": "2027-09-01T00:00:00+00:00", **said},
            {"field": "nameservers", "value": f"ns{1 + days}.may-chu.example ns2.may-chu.example", **said},
        ],
        "addresses": ["203.0.113.7"],
    }
    lookups = [{"service": "whois", "state": "not_asked"}]
    return DomainRecord(domain=domain, host=domain, looked_up_at=at, facts=facts, lookups=lookups)
