"""Does one thing at the owner-record desk again and again, each time killed (SIGKILL) one step later, until it is done.

A step is a statement to the database, a commit, a file put into the evidence store, a file renamed. Each time starts
from the same database and key file; after each, one JSON line says what was found. Run as a program of its own, since
it forks: ``python -m tests.takedown.records.killed_clerk FOLDER OPERATION``.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import Session, select

from storage.artifacts import ArtifactStore
from storage.audit import verify_audit
from storage.db import migrate, open_engine, read_session, write_session
from storage.models import AuditEntry, RecordAnswer, RecordItem, RecordRequest
from storage.vault import Vault, add_key
from takedown.actor import CONSOLE
from takedown.records.answers import AnswerState, add_answer
from takedown.records.dossier import Dossier, DossierFile, deliver_dossier
from takedown.records.gate import Attachment
from takedown.records.keeping import erase_request, rewrap_keys
from takedown.records.requests import refuse_request, take_request, unseal_request
from takedown.records.sealing import SealedFile, data_key, open_file
from tests.takedown.desk import AN, CHI, NOW
from tests.takedown.records.asking import LAM, ORDER, Office, asked

PAPER = Attachment.read("tra-loi.pdf", b"%PDF- tra loi")
LONGEST = 200  # steps; no operation has as many


class Clerk:
    """One office in a folder."""

    def __init__(self, folder: Path) -> None:
        self.keys = folder / "keys"
        self.engine = open_engine(f"sqlite:///{folder}/desk.db")
        self.store = ArtifactStore.open(f"file://{folder}/artifacts")

    @property
    def vault(self) -> Vault:
        return Vault.load(self.keys)

    def write(self, work: Callable[[Session], object]) -> None:
        with write_session(self.engine) as session:
            work(session)
            session.commit()

    def take(self) -> None:
        document = asked("shop-c.example\n0961234567", number="99/CV")
        self.write(lambda session: take_request(
            session, self.store, self.vault, document, order=ORDER, actor=LAM, now=NOW))  # fmt: skip

    def answer(self) -> None:
        self.write(lambda session: add_answer(
            session, self.store, self.vault, 1, about="shop-a.example", state=AnswerState.FOUND, source="Số 12",
            facts=(("Chủ thể", "Nguyễn Văn A"),), files=(PAPER,), received_at=NOW, actor=AN, now=NOW))  # fmt: skip

    def dossier(self) -> None:
        files = tuple(DossierFile(f"ho-so-1.{name}", name.encode() * 100, "x/y") for name in ("pdf", "docx", "csv"))
        made = Dossier(1, files, 1, 0)
        self.write(lambda session: deliver_dossier(
            session, self.store, self.vault, made, reason="trả lời", actor=CHI, now=NOW))  # fmt: skip

    def erase(self) -> None:
        self.write(lambda session: erase_request(session, 2, reason="hết hạn", actor=CHI, now=NOW))

    def rotate(self) -> None:
        add_key(self.keys)
        self.write(lambda session: rewrap_keys(session, self.vault, actor=CONSOLE, now=NOW))

    def found(self) -> dict[str, Any]:
        """What the database, the store and the keys hold; every sealed thing that is named is opened."""
        with read_session(self.engine) as session:
            rows = session.exec(select(RecordRequest).order_by(RecordRequest.id)).all()  # type: ignore[arg-type]
            told = [self._told(session, row) for row in rows]
            answers = len(session.exec(select(RecordAnswer)).all())
            actions = [entry.action for entry in session.exec(select(AuditEntry))]
            holds = verify_audit(session).holds
        return {"requests": told, "answers": answers, "actions": actions, "audit": holds, "keys": len(self.vault.keys)}

    def _told(self, session: Session, row: RecordRequest) -> list[Any]:
        if row.wrapped_key is None:
            items = session.exec(select(RecordItem).where(RecordItem.request_id == row.id)).all()
            return [row.state, "erased", len(items), row.sealed is None, row.files]
        key, view = data_key(self.vault, row), unseal_request(session, self.vault, row)
        files = [SealedFile.of(entry) for entry in row.files]
        for answer in session.exec(select(RecordAnswer).where(RecordAnswer.request_id == row.id)):
            files += [SealedFile.of(entry) for entry in answer.files]
        sizes = [len(open_file(self.store, key, file)) for file in files]
        newest = row.key_id == self.vault.current
        return [row.state, view.asked.officer, len(view.items), sizes, newest]


def prepare(folder: Path) -> None:
    """One accepted request, and one that was refused."""
    add_key(folder / "keys")
    clerk = Clerk(folder)
    migrate(clerk.engine)
    office = Office(clerk.engine, clerk.store, clerk.vault)
    office.accepted("shop-a.example")
    second = office.take(asked("shop-b.example", number="46/CV"))
    clerk.write(lambda session: refuse_request(session, second, reason="gửi nhầm", actor=CHI, now=NOW))
    clerk.engine.dispose()


def count_steps(last: int) -> None:
    """Ends this process by SIGKILL at its step ``last``."""
    passed = [0]

    def step(*_: object, **__: object) -> None:
        passed[0] += 1
        if passed[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    for kind, name in ((ArtifactStore, "put"), (Path, "replace")):
        real = getattr(kind, name)

        def wrapped(self: Any, *words: Any, _real: Any = real) -> Any:
            step()
            result = _real(self, *words)
            step()
            return result

        setattr(kind, name, wrapped)


def main(folder: Path, operation: str) -> None:
    """A line a kill; the last is of the time that nobody was killed."""
    start = folder / "start"
    start.mkdir()
    prepare(start)
    for last in range(1, LONGEST):
        place = folder / str(last)
        shutil.copytree(start, place)
        child = os.fork()
        if child == 0:
            count_steps(last)
            getattr(Clerk(place), operation)()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        clerk = Clerk(place)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"killed": killed, "status": status, **clerk.found()}), flush=True)
        clerk.engine.dispose()
        shutil.rmtree(place)
        if not killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
