"""Who looks at which case: two people who took nothing are not led to the same next one.

A look takes nothing, so nothing of it is written down: it is kept by the process that serves the desk, and forgotten
with it. What keeps two people from judging one case is the lock of `takedown.review`, never this."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import cast

from fastapi import Request

KEPT = timedelta(minutes=10)  # from the last time that somebody opened the case or was led to it
MOST = 4  # cases of one person: the one before them, the next, and what a browser fetches ahead
_PEOPLE = 1000  # whoever was longest away is forgotten first
_TRIES = 8


class Seats:
    """The last few cases of each person. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[str, OrderedDict[int, datetime]] = OrderedDict()

    def sit(self, name: str, case_id: int, *, now: datetime) -> None:
        """``name`` has the case before them, whoever else looks at it."""
        with self._lock:
            self._note(name, case_id, now)

    def taken(self, name: str, *, now: datetime) -> frozenset[int]:
        """Cases that other people look at or were led to."""
        with self._lock:
            return self._others(name, now)

    def lead(self, name: str, find: Callable[[frozenset[int]], int | None], *, now: datetime) -> int | None:
        """The case that ``find`` names when it is told which ones are taken; from then on it is this person's.

        ``find`` may ask a database, so it is called without the lock, and again where somebody was quicker.
        """
        for _ in range(_TRIES):
            found = find(self.taken(name, now=now))
            if found is None:
                return None
            with self._lock:
                if found not in self._others(name, now):
                    self._note(name, found, now)
                    return found
        return None

    def _others(self, name: str, now: datetime) -> frozenset[int]:
        return frozenset(
            case_id
            for other, cases in self._held.items()
            if other != name
            for case_id, at in cases.items()
            if now - at < KEPT
        )

    def _note(self, name: str, case_id: int, now: datetime) -> None:
        mine = self._held.setdefault(name, OrderedDict())
        self._held.move_to_end(name)
        mine[case_id] = now
        mine.move_to_end(case_id)
        while len(mine) > MOST:
            mine.popitem(last=False)
        while len(self._held) > _PEOPLE:
            self._held.popitem(last=False)


def seats_of(request: Request) -> Seats:
    """Those of this application."""
    return cast(Seats, request.app.state.seats)
