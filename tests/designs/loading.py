"""Reads the page designs of one part from their folders."""

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("open", "aside", "later")
_FIELDS = {"url", "kind", "label", "category", "pattern", "source"}


class BadDesignError(ValueError):
    """A design's folder is not as the README says."""


@dataclass(frozen=True, slots=True)
class Design:
    """One page with what it is; ``label`` is ``scam`` or ``benign``, as in labelled corpora."""

    name: str
    part: str
    category: str
    label: str
    url: str
    pattern: str
    source: str
    html: bytes


def load_designs(part: str) -> list[Design]:
    """The designs of one part, in order of their names. Raises BadDesignError with the file at fault."""
    return [_load(folder, part) for folder in sorted((HERE / part).glob("*/*")) if folder.is_dir()]


def _load(folder: Path, part: str) -> Design:
    path = folder / "meta.json"
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
        html = (folder / "page.html").read_bytes()
    except (OSError, ValueError) as error:
        raise BadDesignError(f"{path}: {error}; a design is a folder with page.html and meta.json") from error
    if set(meta) != _FIELDS:
        raise BadDesignError(f"{path}: give exactly {', '.join(sorted(_FIELDS))}")
    if meta["category"] != folder.parent.name or folder.name.split("-")[0] != _PREFIX.get(meta["label"]):
        raise BadDesignError(f"{path}: category or label is not what the folder's name says")
    return Design(
        folder.name, part, meta["category"], meta["label"], meta["url"], meta["pattern"], meta["source"], html
    )


_PREFIX = {"scam": "scam", "benign": "honest"}
