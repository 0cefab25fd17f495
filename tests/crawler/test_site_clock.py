"""A site's clock runs while it is worked on, and stands in every line."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from crawler.site_clock import SiteClock, in_line, worked
from tests.crawler.jumping_clock import on_a_jumping_clock

SECONDS = 0.3


async def wait() -> None:
    with in_line():
        await asyncio.sleep(2 * SECONDS)


async def work() -> None:
    await asyncio.sleep(2 * SECONDS)


async def both() -> None:
    await asyncio.gather(wait(), wait())
    await asyncio.gather(wait(), work())  # done meanwhile for the same site: bounded by itself


async def within_clock(*steps: Callable[[], Awaitable[None]]) -> None:
    async with SiteClock(SECONDS):
        for step in steps:
            await step()


def test_waiting_costs_nothing_of_it() -> None:
    on_a_jumping_clock(within_clock(wait, both, wait))


def test_work_does_even_after_waiting() -> None:
    with pytest.raises(TimeoutError):
        on_a_jumping_clock(within_clock(wait, work))


def test_who_is_stopped_in_line_leaves_it_in_order() -> None:
    async def stopped() -> None:
        task = asyncio.ensure_future(within_clock(wait))
        await asyncio.sleep(SECONDS / 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await wait()  # no clock of anybody's is touched

    on_a_jumping_clock(stopped())


def test_it_says_how_long_it_ran() -> None:
    async def told() -> tuple[float, float, float]:
        async with SiteClock(10 * SECONDS):
            before = worked()
            await wait()
            waited = worked()
            await work()
            return before, waited, worked()

    before, waited, after = on_a_jumping_clock(told())
    assert 0 <= before <= waited < after
    assert after - waited > SECONDS > waited - before
    assert worked() == 0
