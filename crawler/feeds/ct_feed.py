"""Reads a certificate-transparency log batch by batch from where the last run ended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.feeds.ct_entry import UnreadableEntryError, parse_leaf
from crawler.feeds.ct_log import CtLog, TreeHead
from crawler.feeds.ct_position import CtPosition, check_growth, load_position, save_position
from crawler.feeds.lists import NameEntry


@dataclass(frozen=True, slots=True)
class CtSeen:
    """One entry: its time, to which the log's tree commits, and its leaf as it came."""

    logged_at: datetime
    leaf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CtBatch:
    """Names of some entries in a row. ``end``: the entry after the last; ``unreadable``: entries that gave no names;
    ``seen``: the entries by the ``source`` of their names."""

    names: tuple[NameEntry, ...]
    end: int
    unreadable: int
    seen: Mapping[str, CtSeen] = field(default_factory=dict, repr=False)


class CtFeed:
    """The entries of one run. ``start`` None: where the last run ended, or else the newest ``most`` entries."""

    def __init__(self, log: CtLog, path: Path, most: int, start: int | None = None) -> None:
        known = load_position(path, log.url)
        self._log = log
        self._path = path
        self.head: TreeHead = log.head()
        check_growth(known, self.head)
        begin = start if start is not None else known.next if known else max(0, self.head.size - most)
        self.start = min(begin, self.head.size)
        self.end = min(self.start + most, self.head.size)

    @property
    def left(self) -> int:
        """Entries that the log holds beyond this run."""
        return self.head.size - self.end

    def batches(self) -> Iterator[CtBatch]:
        """Each batch once; the position moves past it when the next one is asked for, never before."""
        place = self.start
        self._settle(place)
        while place < self.end:
            batch = self._read(place)
            yield batch
            place = batch.end
            self._settle(place)

    def _read(self, place: int) -> CtBatch:
        leaves = self._log.entries(place, self.end)
        names: dict[str, NameEntry] = {}
        seen: dict[str, CtSeen] = {}
        unreadable = 0
        for number, leaf in enumerate(leaves, place):
            try:
                found = parse_leaf(leaf)
            except UnreadableEntryError:
                unreadable += 1
                continue
            source = f"ct:{self._log.url}#{number}"
            seen[source] = CtSeen(found.logged_at, leaf)
            for name in found.names:
                names.setdefault(name, NameEntry(name, source))
        return CtBatch(tuple(names.values()), place + len(leaves), unreadable, seen)

    def _settle(self, place: int) -> None:
        save_position(self._path, CtPosition(self._log.url, place, self.head.size, self.head.root))
