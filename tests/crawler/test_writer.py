"""Group commits: everything waiting shares one transaction, and a bad write costs only itself."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from crawler.writer import Writer
from storage.models import Target

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def add(name: str) -> Callable[[Session], bool]:
    def write(session: Session) -> bool:
        session.add(Target(url=name, host="h", domain="h", purpose="sweep", created_at=NOW))
        session.flush()
        return True

    return write


def names(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return sorted(session.exec(select(Target.url)).all())


def test_writes_that_wait_together_are_committed_together(engine: Engine) -> None:
    commits = []
    event.listen(engine, "commit", lambda connection: commits.append(1))

    async def story() -> list[bool]:
        writer = Writer(engine)
        results = await asyncio.gather(*(writer.write(add(f"u{n:02}")) for n in range(40)))
        await writer.close()
        return results

    assert asyncio.run(story()) == [True] * 40
    assert len(names(engine)) == 40
    assert len(commits) < 10


def test_one_bad_write_in_a_group_costs_only_itself(engine: Engine) -> None:
    def broken(session: Session) -> bool:
        session.add(Target(url="lost", host="h", domain="h", purpose="sweep", created_at=NOW))
        raise ValueError("a bad row")

    async def story() -> list[object]:
        writer = Writer(engine)
        results = await asyncio.gather(
            writer.write(add("a")), writer.write(broken), writer.write(add("b")), return_exceptions=True
        )
        await writer.close()
        return list(results)

    first, second, third = asyncio.run(story())
    assert (first, third) == (True, True)
    assert isinstance(second, ValueError)
    assert names(engine) == ["a", "b"]


def test_closing_finishes_what_is_queued(engine: Engine) -> None:
    async def story() -> None:
        writer = Writer(engine)
        pending = [asyncio.ensure_future(writer.write(add(f"q{n}"))) for n in range(5)]
        await asyncio.sleep(0)
        await writer.close()
        await asyncio.gather(*pending)

    asyncio.run(story())
    assert len(names(engine)) == 5


def test_what_a_write_says_comes_back(engine: Engine) -> None:
    async def story() -> bool:
        writer = Writer(engine)
        try:
            return await writer.write(lambda session: False)
        finally:
            await writer.close()

    assert asyncio.run(story()) is False
    with pytest.raises(RuntimeError):
        asyncio.run(broken_writer(engine))


async def broken_writer(engine: Engine) -> None:
    def write(session: Session) -> bool:
        raise RuntimeError("ours")

    writer = Writer(engine)
    try:
        await writer.write(write)
    finally:
        await writer.close()
