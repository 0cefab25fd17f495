"""A clock for what waits: its seconds pass at once, so that neither a test nor a busy machine waits for them."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Never waits: the time that it would have waited is taken as gone."""

    gone = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.gone += timeout or 0.0
        return super().select(0)


def on_a_jumping_clock(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` gives, on a loop whose seconds pass at once."""
    selector = _Selector()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.gone  # type: ignore[method-assign]
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(work)
