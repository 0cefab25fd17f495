"""Ctrl-C and SIGTERM from a sweep's first step until its summary is told: noted, and handed to whatever is at work."""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Self

logger = logging.getLogger("lachan.sweep")

CAUGHT = (signal.SIGINT, signal.SIGTERM)
EXIT_STOPPED = 4
AT_ONCE, WHEN_PRESSED_AGAIN = 1, 2
LAST = 3  # this press ends the process without a word
# `timeout` signals its child and then its group, which has the child in it: signals as near as this are one press.
ONE_PRESS_SECONDS = 0.3


class StopSignals:
    """``with StopSignals() as stops``; ``presses`` counts both signals. By itself a press is only noted: the steps of
    the work ask for it. Outside the main thread, where no handler can be put up, nothing is ever noted."""

    def __init__(self) -> None:
        self.presses = 0
        self._pressed_at = -ONE_PRESS_SECONDS  # seconds of the monotonic clock
        self._leave_from = LAST
        self._tell: Callable[[], object] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._caught) for number in CAUGHT}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.presses >= WHEN_PRESSED_AGAIN:
            return  # the process is about to end: the next press ends it, without a traceback
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    @contextlib.contextmanager
    def leaving(self, press: int) -> Iterator[None]:
        """Within it KeyboardInterrupt is raised from the ``press``-th press on, one that came before it included."""
        self._leave_from = press
        try:
            if self.presses >= press:
                raise KeyboardInterrupt
            yield
        finally:
            self._leave_from = LAST

    def tell(self, listener: Callable[[], object] | None) -> None:
        """Calls ``listener`` at each press, within the signal handler; None: at none any more."""
        self._tell = listener

    def _caught(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._pressed_at < ONE_PRESS_SECONDS:
            return
        self._pressed_at = now
        self.presses += 1
        if self.presses >= LAST:
            os._exit(EXIT_STOPPED)
        if self.presses >= self._leave_from:
            raise KeyboardInterrupt
        with contextlib.suppress(RuntimeError):  # of a loop that is closed, a stream that was being written to just now
            if self._tell is not None:
                self._tell()
            else:
                logger.warning("stopping after what is under way; again to stop at once")
