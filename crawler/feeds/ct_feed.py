"""Reads a certificate-transparency log batch by batch from where the last run ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.feeds.ct_entry import UnreadableEntryError, parse_leaf
from crawler.feeds.ct_log import CtLog, TreeHead
from crawler.feeds.ct_position import CtPosition, check_growth, load_position, save_position
from crawler.feeds.lists import NameEntry


@dataclass(frozen=True, slots=True)
class CtBatch:
    """Names of some entries in a row. ``end``: the entry after the last; ``unreadable``: entries that gave no names."""

    names: tuple[NameEntry, ...]
    end: int
    unreadable: int


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
        unreadable = 0
        for number, leaf in enumerate(leaves, place):
            try:
                found = parse_leaf(leaf).names
            except UnreadableEntryError:
                unreadable += 1
                continue
            for name in found:
                names.setdefault(name, NameEntry(name, f"ct:{self._log.url}#{number}"))
        return CtBatch(tuple(names.values()), place + len(leaves), unreadable)

    def _settle(self, place: int) -> None:
        save_position(self._path, CtPosition(self._log.url, place, self.head.size, self.head.root))
