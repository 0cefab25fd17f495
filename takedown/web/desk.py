"""What every page works with: the database, the evidence store, the operator's settings, the time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlmodel import Session

from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from takedown.drafting import Letterhead
from takedown.oidc.provider import Provider


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class Evidence(Protocol):
    """What the composition root lends of the crawler, which this package may not import."""

    def faults(self, case_id: int) -> tuple[str, ...]:
        """Checks every sealed byte of a case; what does not hold, in words."""

    def export(self, case_id: int, to: Path) -> None:
        """Writes the bundle. Raises RefusedError where the evidence does not hold."""


@dataclass(frozen=True, slots=True)
class Desk:
    """``secure``: cookies travel over TLS only. ``settings``: (name, value as shown, source), secrets masked."""

    engine: Engine
    store: ArtifactStore
    letterhead: Letterhead
    language: str = "vi"
    secure: bool = True
    control_url: str = ""
    settings: tuple[tuple[str, str, str], ...] = ()
    clock: Callable[[], datetime] = utc_now
    evidence: Evidence | None = None
    records_key_file: str = ""
    records_ordinary_days: int = 5
    provider: Provider | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write."""
        with read_session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed when nothing was raised, before the answer leaves."""
        with write_session(self.engine) as session:
            yield session
            session.commit()
