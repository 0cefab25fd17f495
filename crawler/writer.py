"""The one hand that writes results: whatever is waiting is committed together, each whole or not at all."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from crawler.patience import wait_out
from storage.db import write_session

logger = logging.getLogger(__name__)

MOST_TOGETHER = 64

Write = Callable[[Session], bool]


@dataclass(frozen=True)
class _Waiting:
    write: Write
    done: "asyncio.Future[bool]"


class Writer:
    """Group commit: while one transaction is being made durable, the next ones gather and share a single commit.

    A write that fails inside a group is tried again alone, so that one bad row costs only itself.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def write(self, write: Write) -> bool:
        """What ``write`` returned, once it is durable. Raises what it raised, DatabaseUnavailableError among others."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        waiting = _Waiting(write, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(waiting)
        return await waiting.done

    async def close(self) -> None:
        """Finish what is queued."""
        if self._task is not None:
            self._queue.put_nowait(None)
            await self._task
            self._task = None

    async def _run(self) -> None:
        while (first := await self._queue.get()) is not None:
            group = [first]
            while len(group) < MOST_TOGETHER and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put_nowait(None)
                    break
                group.append(following)
            for waiting, result in await asyncio.to_thread(self._commit, group):
                if waiting.done.cancelled():
                    continue
                if isinstance(result, bool):
                    waiting.done.set_result(result)
                else:
                    waiting.done.set_exception(result)

    def _commit(self, group: list[_Waiting]) -> list[tuple[_Waiting, bool | Exception]]:
        results = self._attempt([waiting.write for waiting in group])
        if isinstance(results, list):
            return list(zip(group, results, strict=True))
        if len(group) == 1:
            return [(group[0], results)]
        logger.warning("a group of %d results could not be written together: %s", len(group), results)
        return [pair for waiting in group for pair in self._commit([waiting])]

    def _attempt(self, writes: list[Write]) -> list[bool] | Exception:
        try:
            return wait_out(lambda: self._together(writes))
        except Exception as error:  # noqa: BLE001 - handed to the one who asked for this write
            return error

    def _together(self, writes: list[Write]) -> list[bool]:
        with write_session(self._engine) as session:
            results = [write(session) for write in writes]
            session.commit()
            return results
