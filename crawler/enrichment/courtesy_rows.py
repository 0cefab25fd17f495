"""Turns and answers kept in the database, so that all processes together are one polite guest."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from crawler.enrichment.courtesy import ABSENT_FOR, BODY_BYTES, FOUND_FOR, Kept, pause_of
from storage.db import read_session, write_session
from storage.errors import VaultError
from storage.models import KeptAnswer, ServerTurn
from storage.vault import Vault

KEY_CHARACTERS = 500
SEALED = b"sealed\x001\x00"


class StoredCourtesy:
    """One question every ``interval`` seconds to one server, whoever asks; ``fresh``: kept answers are not used."""

    def __init__(
        self,
        engine: Engine,
        *,
        interval: float,
        fresh: bool = False,
        vault: Vault | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._engine = engine
        self._interval = timedelta(seconds=interval)
        self._fresh = fresh
        self._vault = vault
        self._clock = clock or (lambda: datetime.now(UTC))

    async def recall(self, key: str) -> Kept | None:
        """The answer to this question, when it was given lately."""
        return None if self._fresh else await asyncio.to_thread(self._recall, key[:KEY_CHARACTERS])

    async def keep(self, key: str, status: int, source: str, body: bytes) -> None:
        """Remember a whole answer; too long a one is not."""
        if len(body) <= BODY_BYTES and len(key) <= KEY_CHARACTERS:
            await asyncio.to_thread(self._keep, key, status, source, body)

    async def turn(self, server: str, seconds: float) -> datetime | None:
        """Wait for this server's turn, ``seconds`` at most; a time means: not now, come back then."""
        mine, paused = await asyncio.to_thread(self._reserve, server[:255], seconds)
        if paused:
            return mine
        if (wait := (mine - self._clock()).total_seconds()) > 0:
            await asyncio.sleep(wait)
        return None

    async def pause(self, server: str, retry_after: str) -> None:
        """The server wants to be left alone."""
        await asyncio.to_thread(self._pause, server[:255], pause_of(retry_after))

    def _recall(self, key: str) -> Kept | None:
        with read_session(self._engine) as session:
            row = session.get(KeptAnswer, key)
            if row is None or row.expires_at <= self._clock():
                return None
            body = self._opened(key, row.body)
            return Kept(row.status, row.source, body, row.asked_at) if body is not None else None

    def _keep(self, key: str, status: int, source: str, body: bytes) -> None:
        now = self._clock()
        expires = now + (FOUND_FOR if status == 200 else ABSENT_FOR)
        with write_session(self._engine) as session:
            session.execute(delete(KeptAnswer).where(col(KeptAnswer.expires_at) <= now))
            values: dict[str, object] = {
                "key": key,
                "asked_at": now,
                "expires_at": expires,
                "status": status,
                "source": source[:KEY_CHARACTERS],
                "body": self._sealed(key, body),
            }
            _insert(session, KeptAnswer, values, update=("asked_at", "expires_at", "status", "source", "body"))
            session.commit()

    def _sealed(self, key: str, body: bytes) -> bytes:
        return body if self._vault is None else SEALED + self._vault.seal(body, f"kept {key}")

    def _opened(self, key: str, body: bytes) -> bytes | None:
        """The plain bytes; None where the key is another by now, so that the question is put anew."""
        if not body.startswith(SEALED):
            return body
        try:
            return self._vault.unseal(body.removeprefix(SEALED), f"kept {key}") if self._vault is not None else None
        except VaultError:
            return None

    def _reserve(self, server: str, seconds: float) -> tuple[datetime, bool]:
        """The time that was reserved, or (with True) the time before which nothing is to be asked."""
        with write_session(self._engine) as session:
            row = _turn_of(session, server, self._clock())
            now = self._clock()  # only now: who waited for the row would take a turn of the past, beside another's
            if row.paused_until is not None and row.paused_until > now:
                return row.paused_until, True
            mine = max(row.next_at, now)
            if (mine - now).total_seconds() > seconds:
                return mine, True
            row.next_at = mine + self._interval
            session.commit()
            return mine, False

    def _pause(self, server: str, length: timedelta) -> None:
        now = self._clock()
        with write_session(self._engine) as session:
            row = _turn_of(session, server, now)
            row.paused_until = max(row.paused_until or now, now + length)
            session.commit()


def _turn_of(session: Session, server: str, now: datetime) -> ServerTurn:
    """The server's row, locked until the transaction ends; made when there is none, whoever is quicker."""
    _insert(session, ServerTurn, {"server": server, "next_at": now, "paused_until": None}, update=())
    return session.get_one(ServerTurn, server, with_for_update=True, populate_existing=True)


def _insert(session: Session, table: type[SQLModel], values: dict[str, object], *, update: tuple[str, ...]) -> None:
    """One row, or where its key is taken the columns of ``update`` anew."""
    build = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = build(table).values(values)
    key = [column.name for column in inspect(table).primary_key]
    if update:
        fresh = {name: statement.excluded[name] for name in update}
        session.execute(statement.on_conflict_do_update(index_elements=key, set_=fresh))
    else:
        session.execute(statement.on_conflict_do_nothing(index_elements=key))
