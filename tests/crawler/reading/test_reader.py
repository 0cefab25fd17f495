"""Heavy pages are read elsewhere, within their time, and one that cannot be read gives its words at least."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.reading import reader as reading
from crawler.reading.edition import edition_of
from crawler.reading.job import LIGHT_TAGS, WITHOUT_STRUCTURE, ReadingJob
from crawler.reading.reader import (
    EditionChangedError,
    Reader,
    ReaderDiedError,
    ReadingFailedError,
    ReadTooLongError,
    read_now,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HEAVY = "<title>Nặng</title><p>Xin chào</p>" + "<br>" * (LIGHT_TAGS + 1)
T = TypeVar("T")


def job(html: str, seconds: float = 30.0) -> ReadingJob:
    bounds = replace(DEFAULT_BOUNDS, read_seconds=seconds)
    return ReadingJob(html.encode(), "http://a.example/", "text/html; charset=utf-8", NOW, bounds)


def with_reader(use: Callable[[Reader], Awaitable[T]]) -> T:
    async def run() -> T:
        reader = Reader()
        try:
            return await use(reader)
        finally:
            await reader.close()

    return asyncio.run(run())


def test_a_heavy_page_is_read_elsewhere_with_the_same_facts() -> None:
    async def use(reader: Reader) -> None:
        look = await reader.look(job(HEAVY))
        facts = await reader.page(job(HEAVY))
        assert (look.title, facts.title) == ("Nặng", "Nặng")
        assert "Xin chào" in facts.text
        assert reader.killed == 0
        assert [bool(process.pid) for process in reader.processes] == [True, False]  # one is enough for one at a time

    with_reader(use)


def test_a_light_page_needs_no_other_process() -> None:
    async def use(reader: Reader) -> None:
        assert (await reader.page(job("<title>Nhẹ</title>"))).title == "Nhẹ"
        assert not any(process.pid for process in reader.processes)

    with_reader(use)


STUCK = """import pickle, struct, sys, time
from crawler.reading.edition import edition_of
sys.stdout.buffer.write(edition_of()); sys.stdout.buffer.flush()
while head := sys.stdin.buffer.read(4):
    kind, job = pickle.loads(sys.stdin.buffer.read(*struct.unpack("!I", head)))
    if b"<br>" in job.html:
        {harm}
    from crawler.reading.job import read
    data = pickle.dumps(read(job))
    sys.stdout.buffer.write(struct.pack("!I", len(data)) + data); sys.stdout.buffer.flush()
"""


def run_instead(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the reader start ``script``."""
    spawn = asyncio.create_subprocess_exec

    async def stuck(python: str, *_words: str, **options: object) -> asyncio.subprocess.Process:
        return await spawn(python, str(script), **options)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.asyncio, "create_subprocess_exec", stuck)


@pytest.mark.parametrize(
    "harm", ["time.sleep(600)", "import os; os.abort()", "sys.stdout.buffer.write(b'x'); sys.exit()"]
)
def test_a_reader_that_hangs_or_dies_is_replaced_and_the_words_are_read(
    harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "stuck.py"
    package.write_text(STUCK.replace("{harm}", harm))
    run_instead(package, monkeypatch)

    async def use(reader: Reader) -> None:
        facts = await reader.page(job(HEAVY, seconds=8.0 if "sleep" in harm else 60.0))
        assert "Xin chào" in facts.text
        assert facts.title == "Nặng"
        assert WITHOUT_STRUCTURE + (ReadTooLongError if "sleep" in harm else ReaderDiedError).why in facts.gaps
        assert reader.killed == (1 if "sleep" in harm else 2)  # one that died is asked once more for the whole page

    with_reader(use)


def test_a_page_that_takes_long_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "stuck.py"
    package.write_text(STUCK.replace("{harm}", "time.sleep(600) if b'slow' in job.html else None"))
    run_instead(package, monkeypatch)

    async def use(reader: Reader) -> None:
        slow = asyncio.create_task(reader.page(job(HEAVY + "slow", seconds=60.0)))
        await asyncio.sleep(0)
        facts = await reader.page(job(HEAVY, seconds=60.0))
        assert facts.gaps == ()
        assert not slow.done()
        slow.cancel()
        await asyncio.wait([slow])
        assert [bool(process.pid) for process in reader.processes].count(True) == 1

    with_reader(use)


def test_a_reader_that_somebody_killed_costs_nothing_of_the_page() -> None:
    async def use(reader: Reader) -> None:
        await reader.page(job(HEAVY))
        os.kill(reader.processes[0].pid, signal.SIGKILL)
        facts = await reader.page(job(HEAVY))
        assert facts.gaps == ()
        assert facts.title == "Nặng"

    with_reader(use)


def test_what_cannot_be_read_at_all_is_an_error_with_a_name() -> None:
    with pytest.raises(ReadingFailedError, match="not read within 0 s"):
        read_now(job(HEAVY, seconds=0.001))


def test_the_loop_goes_on_while_a_heavy_page_is_read() -> None:
    pauses: list[float] = []

    async def beat() -> None:
        before = time.monotonic()
        while True:
            await asyncio.sleep(0.02)
            now = time.monotonic()
            pauses.append(now - before)
            before = now

    async def use(reader: Reader) -> None:
        heart = asyncio.create_task(beat())
        await reader.look(job("<select>" + "<option>x" * 60_000))
        await reader.page(job("<b><i>" * 100_000 + "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">Đáy"))
        heart.cancel()

    with_reader(use)
    assert max(pauses) < 2.0


OTHER = """import sys
sys.stdout.buffer.write({greeting}); sys.stdout.buffer.flush()
sys.stdin.buffer.read(1)
"""


@pytest.mark.parametrize("greeting", ["b'x' * 32", "b''"], ids=["another edition", "one that does not start"])
def test_a_reader_of_another_edition_is_named_and_no_page_is_blamed(
    greeting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "other.py"
    package.write_text(OTHER.replace("{greeting}", greeting))
    run_instead(package, monkeypatch)
    if greeting == "b''":
        package.write_text("import gone_since")
        monkeypatch.setattr(reading, "edition_of", lambda: b"y" * 32)

    async def use(reader: Reader) -> None:
        with pytest.raises(EditionChangedError, match="upgraded"):
            await reader.page(job(HEAVY))
        with pytest.raises(EditionChangedError, match="upgraded"):
            await reader.look(job(HEAVY))
        assert not any(process.pid for process in reader.processes)

    with_reader(use)


def test_an_edition_is_the_code_and_nothing_beside_it(tmp_path: Path) -> None:
    code = tmp_path / "part" / "code.py"
    code.parent.mkdir()
    code.write_text("a = 1")
    before = edition_of(tmp_path)
    (tmp_path / "part" / "notes.md").write_text("x")
    assert edition_of(tmp_path) == before
    code.write_text("a = 2")
    assert edition_of(tmp_path) != before
    code.write_text("a = 1")
    assert edition_of(tmp_path) == before
    code.rename(code.with_name("moved.py"))
    assert edition_of(tmp_path) != before
