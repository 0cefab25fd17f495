"""Names out of lists of any usual shape: one a line, CSV, a zone file, addresses; plain or gzipped, of any length."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from seeds.target import undefang

MAX_LINE = 4_096  # bytes; what is longer is no name
# «�» stands for bytes that are no UTF-8: a name guessed from them would be somebody else's.
_HOST = re.compile(r"(?:\*\.)?[^\s/@:;,=\"'()<>�]{1,253}\.[^\s/@:;,.=\"'()<>\d�][^\s/@:;,.=\"'()<>�]{1,62}\.?")
_CELLS = re.compile(r"[,;\t|]")
_RECORD = frozenset(
    {"IN", "NS", "A", "AAAA", "CNAME", "MX", "TXT", "DS", "SOA", "DNSKEY", "RRSIG", "NSEC", "NSEC3", "TTL"}
)
_HEADER = frozenset({"domain", "domain_name", "domainname", "host", "hostname", "name", "url", "value", "fqdn"})


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name as a list gives it. ``source``: the file and line, or the log and entry."""

    name: str
    source: str


class NameList:
    """The names of one list, read as a stream and counted; a fault that ended it early is in ``fault``."""

    def __init__(self, stream: "IO[bytes] | gzip.GzipFile", title: str) -> None:
        self._stream = stream
        self._title = title
        self._origin = ""
        self._column: int | None = None
        self.lines = 0
        self.skipped = 0  # lines that name nothing
        self.fault = ""

    def __iter__(self) -> Iterator[NameEntry]:
        last = ""
        for line in self._lines():
            name = self._name_of(line)
            if not name:
                self.skipped += bool(line) and line[0] not in "#;$"
            elif name != last:  # a zone file repeats an owner for each of its records
                last = name
                yield NameEntry(name, f"{self._title}:{self.lines}")

    def _lines(self) -> Iterator[str]:
        try:
            while raw := self._stream.readline(MAX_LINE):
                self.lines += 1
                while len(raw) == MAX_LINE and not raw.endswith(b"\n"):  # the rest of an over-long line
                    raw = self._stream.readline(MAX_LINE)
                    if len(raw) < MAX_LINE or raw.endswith(b"\n"):
                        raw = b""
                yield raw.decode("utf-8", "replace").rstrip("\r\n").lstrip("\ufeff")
        except (OSError, EOFError, zlib.error) as error:
            self.fault = f"{self._title}: ends after line {self.lines} ({error}); fetch it again"

    def _name_of(self, line: str) -> str:
        if not line or line[0] in "#;":
            return ""
        if line[0] == "$":
            words = line.split()
            if words[0].upper() == "$ORIGIN" and len(words) > 1:
                self._origin = words[1].strip(".").lower()
            return ""
        words = line.split(None, 5)
        if len(words) > 1 and any(word.upper() in _RECORD for word in words[1:4]):
            return "" if line[0].isspace() else self._owner(words[0])
        return self._cell(line)

    def _owner(self, word: str) -> str:
        """A record's owner; without a closing dot it stands below the zone's origin."""
        if word == "@":
            return self._origin
        if word.endswith(".") or not self._origin:
            return as_host(word)
        return as_host(f"{word}.{self._origin}")

    def _cell(self, line: str) -> str:
        cells = [cell.strip().strip("\"'") for cell in _CELLS.split(line)]
        if self.lines == 1 and (named := [place for place, cell in enumerate(cells) if cell.lower() in _HEADER]):
            self._column = named[0]
            return ""
        if self._column is not None and self._column < len(cells):
            return as_host(cells[self._column])
        return next((host for cell in cells if (host := as_host(cell))), "")


def as_host(text: str) -> str:
    """The host in one word of a list, which may be a name, an address, or defanged; "" where there is none."""
    word = text.strip()
    if "[" in word or "(" in word or word[:2].lower() == "hx":
        word = undefang(word)
    if "://" in word:
        try:
            word = urlsplit(word).hostname or ""
        except ValueError:
            return ""
    word = word.partition("/")[0].rpartition("@")[2]
    word = re.sub(r":\d{1,5}$", "", word)
    return word.rstrip(".").lower() if _HOST.fullmatch(word) else ""


@contextmanager
def opened_list(path: Path) -> Iterator[NameList]:
    """The list in a file; gzip is known by its first bytes. Raises OSError."""
    with path.open("rb") as file:
        zipped = file.peek(2)[:2] == b"\x1f\x8b"
        if not zipped:
            yield NameList(file, path.name)
            return
        with gzip.open(file) as stream:
            yield NameList(stream, path.name)
