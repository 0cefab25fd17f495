"""Reads pages: light ones at once, heavy ones in processes of their own, killed when they take too long."""

import asyncio
import contextlib
import logging
import os
import pickle  # between two processes of ours
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from crawler.detection.facts import FirstLook, PageFacts
from crawler.errors import CrawlerError
from crawler.reading.child import LENGTH
from crawler.reading.edition import EDITION_BYTES, edition_of
from crawler.reading.job import WITHOUT_STRUCTURE, ReadingJob, look_at, read
from crawler.site_clock import in_line, left_for_site

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
PROCESSES = 2
EDITION = edition_of()  # as this process loads it
SITE_SHARE = 3  # a document gets at most so large a part of the seconds that are left to its site


class ReadingFailedError(CrawlerError):
    """A page could not be read, not even without its structure. ``why``: what is said of the structure."""

    why = "which its reader could not read"


class ReadTooLongError(ReadingFailedError):
    """The reading process was ended since a page took too long."""

    why = "which took too long to read"


class ReaderDiedError(ReadingFailedError):
    """The reading process ended in the midst of a page."""

    why = "at which its reader died"


class EditionChangedError(CrawlerError):
    """Other code lies where ours was loaded from: the processes that are started now are of another edition.

    No page is at fault, and none can be read any more: whoever sweeps ends in good order.
    """

    def __init__(self) -> None:
        super().__init__(
            "the program was upgraded while this ran, so pages could not be read on; nothing is lost: run it again",
            "chương trình được nâng cấp trong khi đang chạy nên không đọc trang tiếp được; không mất gì: hãy chạy lại",
        )


class Reader:
    """``look`` and ``page`` never hold up the loop. As many heavy pages at a time as there are processes; the rest
    waits its turn. A site has one page read at a time: one that is made to take long holds up no other site."""

    def __init__(self) -> None:
        self.processes = tuple(ReadingProcess() for _ in range(PROCESSES))
        self._free: asyncio.LifoQueue[ReadingProcess] | None = None  # the second is started when two pages are heavy

    @property
    def killed(self) -> int:
        """How often a process was ended in the midst of a page, or died."""
        return sum(process.killed for process in self.processes)

    async def look(self, job: ReadingJob) -> FirstLook:
        """The first look. Raises ReadingFailedError, EditionChangedError."""
        if job.is_light:
            return look_at(job)
        answer, gap = await self._asked("look", job)
        assert isinstance(answer, FirstLook)
        return replace(answer, gaps=(*answer.gaps, gap)) if gap else answer

    async def page(self, job: ReadingJob, *, gap: str = "") -> PageFacts:
        """The facts; ``gap``: why the first look read the words alone, which is then not tried again.

        Raises ReadingFailedError, EditionChangedError.
        """
        if job.is_light:
            return read(job)
        answer, gap = await self._asked("page", job, gap=gap)
        assert isinstance(answer, PageFacts)
        return replace(answer, gaps=(*answer.gaps, gap)) if gap else answer

    async def close(self) -> None:
        """End the processes."""
        for process in self.processes:
            await process.kill()

    async def _asked(self, kind: str, job: ReadingJob, *, gap: str = "") -> tuple[object, str]:
        """The answer, and why it is one to the page's words alone, where it is."""
        async with self._in_turn() as process:
            try:
                if not gap:
                    return await _whole(process, kind, job), ""
            except ReadingFailedError as error:
                gap = WITHOUT_STRUCTURE + error.why
                logger.warning(
                    "reading a page anew without its structure", extra={"url": job.url, "reason": str(error)}
                )
            return await process.ask(kind, job.without_structure()), gap

    @contextlib.asynccontextmanager
    async def _in_turn(self) -> AsyncIterator["ReadingProcess"]:
        if self._free is None:
            self._free = asyncio.LifoQueue()
            for each in reversed(self.processes):
                self._free.put_nowait(each)
        with in_line():
            process = await self._free.get()
        try:
            yield process
        finally:
            self._free.put_nowait(process)


async def _whole(process: "ReadingProcess", kind: str, job: ReadingJob) -> object:
    """A process that died is replaced once: whoever killed it, the page may not be to blame."""
    try:
        return await process.ask(kind, job)
    except ReaderDiedError as error:
        logger.warning("reading a page anew: %s", error, extra={"url": job.url})
        return await process.ask(kind, job)


class ReadingProcess:
    """``crawler.reading.child``, started when it is first asked, and anew when it is gone."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._greeted = False
        self.killed = 0

    @property
    def pid(self) -> int:
        """0 when it does not run."""
        return 0 if self._child is None or self._child.returncode is not None else self._child.pid

    async def ask(self, kind: str, job: ReadingJob) -> object:
        """One job. Whatever ends early, the child is gone, so that no later answer is taken for this.

        Raises ReadingFailedError, EditionChangedError.
        """
        seconds = min(job.bounds.read_seconds, left_for_site() / SITE_SHARE)
        try:
            child = await self._started()
            async with asyncio.timeout(seconds):
                if not self._greeted:
                    await _greet(child)
                    self._greeted = True
                answer = await _exchange(child, pickle.dumps((kind, job)))
        except BaseException as error:
            await self.kill()
            self.killed += 1
            if isinstance(error, _DIED | TimeoutError) and await asyncio.to_thread(edition_of) != EDITION:
                raise EditionChangedError from error  # half an upgrade may not even start
            if isinstance(error, TimeoutError):
                raise ReadTooLongError(f"not read within {seconds:.0f} s") from error
            if isinstance(error, _DIED):
                raise ReaderDiedError(f"the reading process died: {type(error).__name__}") from error
            raise
        if isinstance(answer, str):
            raise ReadingFailedError(answer)
        return answer

    async def kill(self) -> None:
        """End it, and wait until it has ended."""
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await asyncio.shield(child.wait())

    async def _started(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "crawler.reading.child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C is for the sweep, which ends its child itself
            )
            self._greeted = False
        return self._child


# What a pickle of classes that this process lacks ends in, too.
_DIED = OSError | EOFError | pickle.UnpicklingError | AttributeError | ImportError


async def _greet(child: asyncio.subprocess.Process) -> None:
    """Raises EditionChangedError where the child is of another edition than this process."""
    assert child.stdout is not None
    if await child.stdout.readexactly(EDITION_BYTES) != EDITION:
        raise EditionChangedError


async def _exchange(child: asyncio.subprocess.Process, question: bytes) -> object:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(LENGTH.pack(len(question)) + question)
    await child.stdin.drain()
    head = await child.stdout.readexactly(LENGTH.size)
    return pickle.loads(await child.stdout.readexactly(*LENGTH.unpack(head)))  # noqa: S301  # nosec B301


def read_now(job: ReadingJob) -> PageFacts:
    """The facts, where there is no loop. Raises ReadingFailedError, EditionChangedError."""
    if job.is_light:
        return read(job)

    async def once() -> PageFacts:
        reader = Reader()
        try:
            return await reader.page(job)
        finally:
            await reader.close()

    return asyncio.run(once())
