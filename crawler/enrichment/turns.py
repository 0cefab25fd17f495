"""Lets one question at a time go out per event loop, so that many look-ups share one answer."""

import asyncio
from weakref import WeakKeyDictionary


class Turns:
    """``async with turns.lock()``: an asyncio lock belongs to one loop, and a process may run several in turn."""

    def __init__(self) -> None:
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    def lock(self) -> asyncio.Lock:
        """The lock of the running loop."""
        return self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
