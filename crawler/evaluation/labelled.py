"""Labelled pages, texts and names, read line by line from a folder in the corpora's format."""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final, cast

from crawler.errors import CrawlerError

_LINE_BYTES = 32_000_000  # of one line, unpacked: a page of 8 MB with every letter escaped


class LabelledDataError(CrawlerError):
    """The folder holds nothing that can be evaluated."""


class Kind(StrEnum):
    PAGE = "page"
    TEXT = "text"
    NAME = "name"


class Label(StrEnum):
    """UNKNOWN: a spelling that is neither; such a sample is judged, but counts in no figure."""

    SCAM = "scam"
    BENIGN = "benign"
    UNKNOWN = "unknown"


FILES: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.PAGE: ("pages", "html"),
    Kind.TEXT: ("texts", "text"),
    Kind.NAME: ("domains", "value"),
}  # the file's name, and the field that holds what is judged
_SPELLINGS = {
    Label.SCAM: "scam phish phishing fraud malicious malware bad spam smishing positive fake lua_dao 1 true",
    Label.BENIGN: "benign honest legit legitimate clean good ham negative real safe innocent 0 false",
}
_LABELS = {word: label for label, words in _SPELLINGS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled thing. ``group``: one kit, site or operator; ``place``: file and line, for messages."""

    id: str
    kind: Kind
    label: Label
    content: str
    place: str
    corpus: str = ""
    lang: str = ""
    category: str = ""
    group: str = ""
    tier: str = ""
    url: str = ""
    grey: bool = False
    thin: bool = False

    @property
    def counts(self) -> bool:
        """Does it belong in figures? Grey, thin and unlabelled samples are only judged."""
        return not (self.grey or self.thin) and self.label is not Label.UNKNOWN


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no sample, with the reason."""

    place: str
    reason: str


def labelled_files(folder: Path) -> tuple[tuple[Kind, Path], ...]:
    """The files of ``folder`` that hold samples. Raises LabelledDataError where there are none."""
    if not folder.is_dir():
        raise LabelledDataError(
            f"{folder}: no such folder; give one with pages.jsonl.gz, texts.jsonl.gz or domains.jsonl.gz",
            f"{folder}: không có thư mục này; đưa thư mục có pages.jsonl.gz, texts.jsonl.gz hoặc domains.jsonl.gz",
        )
    found: list[tuple[Kind, Path]] = []
    for kind, (name, _) in FILES.items():
        paths = (folder / f"{name}.jsonl.gz", folder / f"{name}.jsonl")
        found.extend((kind, path) for path in paths if path.is_file())
    if not found:
        raise LabelledDataError(
            f"{folder}: nothing to evaluate in it; expected pages.jsonl.gz, texts.jsonl.gz or domains.jsonl.gz",
            f"{folder}: không có gì để đánh giá; cần pages.jsonl.gz, texts.jsonl.gz hoặc domains.jsonl.gz",
        )
    return tuple(found)


def read_samples(kind: Kind, path: Path) -> Iterator[Sample | BadLine]:
    """Every line of one file as a sample, or as what is wrong with it. A damaged file ends with a BadLine."""
    number = 0
    try:
        with _opened(path) as file:
            while line := file.readline(_LINE_BYTES + 1):
                number += 1
                if len(line) > _LINE_BYTES:
                    yield BadLine(
                        f"{path}:{number}", f"longer than {_LINE_BYTES:,} bytes; the rest of the file is not read"
                    )
                    return
                if line.strip():
                    yield parse_sample(kind, line, f"{path}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        yield BadLine(f"{path}:{number + 1}", f"the file cannot be read on: {error}; fetch or pack it again")


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def parse_sample(kind: Kind, line: bytes, place: str) -> Sample | BadLine:
    """One line. Odd and missing fields become empty; only what is judged must be there."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadLine(place, f"not JSON ({str(error)[:120]}); every line is one object")
    if not isinstance(row, dict):
        return BadLine(place, "not a JSON object; every line is one object")
    content = row.get(FILES[kind][1])
    if not isinstance(content, str) or not content.strip():
        return BadLine(place, f"«{FILES[kind][1]}» is missing or empty; it holds what is judged")
    sample_id = _word(row.get("id")) or place
    return Sample(
        id=sample_id,
        kind=kind,
        label=_label(row.get("label")),
        content=content,
        place=place,
        corpus=_word(row.get("corpus")),
        lang=_word(row.get("lang")).lower(),
        category=_word(row.get("category")).lower(),
        group=_word(row.get("group")) or sample_id,
        tier=_word(row.get("tier")),
        url=_word(row.get("url")),
        grey=_truth(row.get("grey")),
        thin=_truth(row.get("thin")),
    )


def _label(value: object) -> Label:
    word = ("1" if value else "0") if isinstance(value, bool) else _word(value)
    return _LABELS.get(word.lower().replace(" ", "_").replace("-", "_"), Label.UNKNOWN)


def _word(value: object) -> str:
    """A field as one word; numbers become their digits, anything else that is no text becomes empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).encode("utf-8", "replace").decode()[:2_000].strip().strip("'\"")


def _truth(value: object) -> bool:
    return value.strip().lower() in {"1", "true", "yes"} if isinstance(value, str) else bool(value)
