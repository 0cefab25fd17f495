"""Every refusal is counted by its reason and logged with the page that asked for it."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

logger = logging.getLogger(__name__)

_page: ContextVar[str] = ContextVar("egress_page", default="")


@contextmanager
def on_behalf_of(page: str) -> Iterator[None]:
    """Name the page for which connections are made inside the block, for the log of refusals."""
    token = _page.set(page)
    try:
        yield
    finally:
        _page.reset(token)


class RefusalCounter:
    """Refusals since the policy was made; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_reason: Counter[str] = Counter()

    def record(self, *, host: str, ip: str, port: int, reason: str) -> None:
        """Count one refusal and log it."""
        with self._lock:
            self._by_reason[reason.partition(" (")[0]] += 1
        logger.warning(
            "egress refused",
            extra={"host": host[:253], "ip": ip, "port": port, "reason": reason, "page": _page.get()[:500]},
        )

    @property
    def total(self) -> int:
        """How many connections were refused."""
        with self._lock:
            return sum(self._by_reason.values())

    def counts(self) -> dict[str, int]:
        """How many by reason."""
        with self._lock:
            return dict(self._by_reason)
