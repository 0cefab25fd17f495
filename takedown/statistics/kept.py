"""The dashboard's curves, counted once for everybody who looks within some minutes; the page says of when they are."""

from datetime import datetime, timedelta
from threading import Lock

from sqlmodel import Session

from takedown.statistics.figures import Curves, read_curves

LASTS = timedelta(minutes=5)


class KeptCurves:
    """One process's; whoever asks while they are counted waits for the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: Curves | None = None

    def take(self, session: Session, *, now: datetime) -> Curves:
        """Those of at most ``LASTS`` ago; counted anew where the clock was put back, too."""
        with self._lock:
            if self._known is None or not timedelta(0) <= now - self._known.at < LASTS:
                self._known = read_curves(session, now=now)
            return self._known
