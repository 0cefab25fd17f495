"""How far a log has been read: a small file a log, replaced whole, so that a stop loses nothing and repeats little."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.errors import CrawlerError
from crawler.feeds.ct_log import TreeHead


class PositionError(CrawlerError):
    """The file of a log's position cannot be used, or contradicts what the log says now."""


@dataclass(frozen=True, slots=True)
class CtPosition:
    """The next entry to read, and the largest tree that the log has shown us."""

    url: str
    next: int
    tree_size: int
    root: str


def position_file(folder: Path, url: str) -> Path:
    """Where the position of a log is kept."""
    return folder / "feeds" / f"ct-{hashlib.sha256(url.encode()).hexdigest()[:16]}.json"


def load_position(path: Path, url: str) -> CtPosition | None:
    """The position; None where the log was never read. Raises PositionError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        held = CtPosition(str(data["url"]), int(data["next"]), int(data["tree_size"]), str(data["root"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PositionError(f"{path}: cannot be used ({error}); remove it to begin at the log's end") from error
    if held.url != url or not 0 <= held.next <= held.tree_size:
        raise PositionError(f"{path}: is not the position of {url}; remove it to begin at the log's end")
    return held


def save_position(path: Path, position: CtPosition) -> None:
    """Replace the file, whole and durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(position), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def check_growth(known: CtPosition | None, head: TreeHead) -> None:
    """A log only ever grows. Raises PositionError where this one shrank, or shows two trees of one size."""
    if known is None:
        return
    if head.size < known.tree_size:
        raise PositionError(
            f"{known.url}: shows {head.size:,} entries after {known.tree_size:,}; do not rely on a log that shrinks"
        )
    if head.size == known.tree_size and head.root != known.root:
        raise PositionError(f"{known.url}: shows two different trees of {head.size:,} entries; do not rely on it")
