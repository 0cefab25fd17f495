"""Keeps what was made from pictures for a while, bounded in bytes, not in number."""

from collections import OrderedDict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock


class Shelf:
    """At most ``room`` bytes; what was asked for longest ago goes first. ``hands``: how many are made at once."""

    def __init__(self, room: int, hands: int) -> None:
        self._room, self._held = room, 0
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._lock, self._hands = Lock(), BoundedSemaphore(hands)

    @property
    def held(self) -> int:
        """Bytes that are kept now."""
        return self._held

    def take(self, key: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        """What is kept under the key, or what ``make`` makes; whatever it raises is raised, and nothing kept."""
        found = self._find(key)
        if found is not None:
            return found
        with self._hands:
            found = self._find(key)  # somebody made it while this one waited
            if found is None:
                found = make()
                self._keep(key, found)
        return found

    def _find(self, key: tuple[object, ...]) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[object, ...], made: bytes) -> None:
        with self._lock:
            if len(made) > self._room // 4 or key in self._kept:
                return
            self._kept[key] = made
            self._held += len(made)
            while self._held > self._room:
                self._held -= len(self._kept.popitem(last=False)[1])
