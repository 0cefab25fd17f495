"""How many times one address may fail before it waits. Kept by this process: a new start forgets, a person's own count
in the database does not."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

LIMIT = 20
PROVIDER_LIMIT = 60  # sign-ins begun, right ones too: a whole office may stand behind one address
SPAN = timedelta(minutes=15)
HOUR = timedelta(hours=1)
MAX_ADDRESSES = 10_000


class Throttle:
    """Counts within a moving span. The address that was quiet the longest is forgotten first."""

    def __init__(self, limit: int = LIMIT, span: timedelta = SPAN) -> None:
        self._limit = limit
        self._span = span
        self._counted: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def closed_until(self, address: str, *, now: datetime) -> datetime | None:
        """When the address may try again; None: now."""
        with self._lock:
            times = self._counted.get(address)
            if times is None or len(times) < self._limit or now - times[0] >= self._span:
                return None
            return times[0] + self._span

    def count(self, address: str, *, now: datetime) -> None:
        """One more."""
        with self._lock:
            times = self._counted.setdefault(address, deque(maxlen=self._limit))
            times.append(now)
            self._counted.move_to_end(address)
            while len(self._counted) > MAX_ADDRESSES:
                self._counted.popitem(last=False)
