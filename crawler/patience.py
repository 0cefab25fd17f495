"""Waits out a database that is away for a while: a server that starts anew, a file that another program holds."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from storage.errors import DatabaseGoneError

logger = logging.getLogger("lachan.sweep")

OUTAGE_SECONDS = 180.0  # well below a lease: what is under way stays ours meanwhile
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
_Result = TypeVar("_Result")


def wait_out(work: Callable[[], _Result], *, seconds: float = OUTAGE_SECONDS) -> _Result:
    """What ``work`` returns, tried again while the database is away. Blocks: use it in a thread.

    ``work`` begins its own transaction, so that a repeat does nothing twice. Raises DatabaseGoneError after
    ``seconds``, and at once what waiting does not mend.
    """
    until = time.monotonic() + seconds
    attempt = 0
    while True:
        try:
            return work()
        except DatabaseGoneError as error:
            if time.monotonic() >= until:
                raise
            if not attempt:
                logger.warning("the database is away, waiting for it: %s", error)
            time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
