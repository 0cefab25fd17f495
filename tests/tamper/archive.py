"""A small archive as a desk has it: sealed visits, what was concluded, a log that went on, a witness, a bundle."""

import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crawler.evidence.assessed import record_assessment
from crawler.evidence.export import EXPORTED, export_bundle
from crawler.evidence.faults import Fault
from crawler.evidence.seal import record_observation, seal
from crawler.evidence.timestamp import Stamper
from crawler.evidence.verify import verify_all
from storage.artifacts import ArtifactStore
from storage.audit import audit_head, record_audit
from storage.db import migrate, open_engine, read_session, write_session
from storage.models import Assessment, Case, DomainRecord
from storage.witness import Witness
from tests.crawler.evidence.visits import NOW, browser_visit, plain_visit
from tests.timestamp_authority import TimestampAuthority

HOST = "shop-sale.example"


@dataclass(frozen=True, slots=True)
class Archive:
    """``folder`` holds lachan.sqlite, artifacts/, heads.log, root.pem, case-1.zip and, unpacked, bundle/."""

    folder: Path

    @property
    def artifacts(self) -> Path:
        return self.folder / "artifacts"

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle"

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The database as its owner has it: without the guards, and without this program."""
        connection = sqlite3.connect(self.folder / "lachan.sqlite")
        try:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            yield connection
            connection.commit()
        finally:
            connection.close()

    def faults(self) -> list[Fault]:
        """What `lachan evidence verify` finds."""
        witness = Witness.at(self.folder / "heads.log")
        engine = open_engine(f"sqlite:///{self.folder / 'lachan.sqlite'}")
        store = ArtifactStore.open(f"file://{self.artifacts}")
        try:
            with read_session(engine) as session:
                return [f for each in verify_all(session, store, self.roots, witness) for f in each.faults]
        finally:
            engine.dispose()

    def copy(self, folder: Path) -> "Archive":
        """The same in another place, to be harmed there."""
        shutil.copytree(self.folder, folder)
        return Archive(folder)


def build(folder: Path) -> Archive:
    """Three sealed visits, two with a token; assessments with a registry's answers; entries after the last seal."""
    folder.mkdir()
    authority = TimestampAuthority(folder.parent / "authority")
    shutil.copyfile(authority.certificate, folder / "root.pem")
    stamper = Stamper(("http://tsa.example/",), authority.certificate, authority.post)
    engine = open_engine(f"sqlite:///{folder / 'lachan.sqlite'}", folder / "heads.log")
    migrate(engine)
    store = ArtifactStore.open(f"file://{folder / 'artifacts'}")
    visits = [(browser_visit(), stamper), (plain_visit(), Stamper.off()), (plain_visit(f"https://{HOST}/"), stamper)]
    for number, (visit, asked) in enumerate(visits):
        with write_session(engine) as session:
            answer = store.put(f"domain: {HOST}\nregistrar: {number}\n".encode())
            record = DomainRecord(domain=HOST, host=HOST, looked_up_at=NOW, facts={"n": number}, raw={"rdap": answer})
            session.add(record)
            session.flush()
            row = Assessment(
                url=f"https://{HOST}/",
                host=HOST,
                domain=HOST,
                assessed_at=NOW + timedelta(days=number),
                level="likely",
                points=5.5,
                probability=0.9,
                rule_set="r1",
                signals=[{"rule": "deposit", "points": 2.5}],
                domain_record_id=record.id,
            )
            session.add(row)
            session.flush()
            head = audit_head(session).digest
            sealed = seal(visit, store=store, sealed_at=NOW, rule_set="r1", audit_head=head, stamper=asked)
            record_observation(
                session, sealed, visit, target_id=None, now=NOW, assessment_id=row.id, title="Siêu thị", site=HOST
            )
            record_assessment(session, row, now=NOW)
            session.commit()
    with write_session(engine) as session:
        place = {"host": HOST, "domain": HOST, "url": f"https://{HOST}/"}
        session.add(Case(**place, state="new", level="likely", points=5, opened_at=NOW, updated_at=NOW))
        session.commit()
        roots = folder / "root.pem"
        report = export_bundle(session, store, out=folder / "case-1.zip", title="Vụ 1", case_id=1, ca=roots)
        detail = {"case": 1, "bytes": report.size}
        record_audit(session, at=NOW, actor="an", action=EXPORTED, subject=f"bundle:{report.digest}", detail=detail)
        session.commit()
        for action in ("case.confirmed", "notice.released", "case.closed"):
            record_audit(session, at=NOW + timedelta(days=9), actor="chi", action=action, subject="case:1", detail={})
            session.commit()
    engine.dispose()
    with zipfile.ZipFile(folder / "case-1.zip") as packed:
        packed.extractall(folder / "bundle")
    return Archive(folder)
