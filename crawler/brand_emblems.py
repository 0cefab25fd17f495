"""What official logos and icons look like, as `lachan brands learn` found them: a file beside the database.

No picture ships and none is kept: only marks of them, with the page that they were learnt from.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from crawler.brands import detection_brands
from crawler.detection.facts import Brand, Emblem
from crawler.detection.likeness import alike
from crawler.errors import CrawlerError


class EmblemFileError(CrawlerError):
    """The file of learnt logos cannot be used."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The logos and icons of one brand, as the page at ``source`` showed them."""

    learnt_at: datetime
    source: str
    emblems: tuple[Emblem, ...]


def emblem_file(folder: Path) -> Path:
    """Where they are kept."""
    return folder / "brand-emblems.json"


def load_learnt(folder: Path) -> dict[str, Learnt]:
    """By brand; {} where none was ever learnt. Raises EmblemFileError."""
    path = emblem_file(folder)
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {str(brand): _read(row) for brand, row in rows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EmblemFileError(
            f"{path}: cannot be used ({error}); remove it and run `lachan brands learn`",
            f"{path}: không dùng được ({error}); xoá tệp rồi chạy `lachan brands learn`",
        ) from error


def _read(row: Mapping[str, object]) -> Learnt:
    emblems = row["emblems"]
    if not isinstance(emblems, list):
        raise TypeError("«emblems» is no list")
    when = datetime.fromisoformat(str(row["learnt_at"]))
    if when.tzinfo is None:
        raise ValueError("«learnt_at» has no time zone")
    marks = tuple(Emblem(str(each["kind"]), str(each["url"]), str(each["mark"])) for each in emblems)
    return Learnt(when, str(row["source"]), marks)


def save_learnt(folder: Path, learnt: Mapping[str, Learnt]) -> None:
    """Replaces the file, whole and durably."""
    path = emblem_file(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {brand: {**asdict(one), "learnt_at": one.learnt_at.isoformat()} for brand, one in sorted(learnt.items())}
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def known_brands(folder: Path) -> tuple[Brand, ...]:
    """The protected brands with what was learnt of their looks in ``folder``. Raises EmblemFileError."""
    return with_emblems(detection_brands(), load_learnt(folder))


def with_emblems(brands: tuple[Brand, ...], learnt: Mapping[str, Learnt]) -> tuple[Brand, ...]:
    """What brands of two owners show alike is nobody's: a builder's icon, a ministry's seal."""
    if not learnt:
        return brands
    marks = {brand.id: _marks(learnt.get(brand.id)) for brand in brands}
    told = [brand for brand in brands if marks[brand.id]]
    return tuple(
        replace(brand, emblems=tuple(mark for mark in marks[brand.id] if not _anothers(mark, brand, told, marks)))
        if marks[brand.id]
        else brand
        for brand in brands
    )


def _marks(learnt: Learnt | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(emblem.mark for emblem in learnt.emblems if emblem.mark)) if learnt else ()


def _anothers(mark: str, brand: Brand, told: list[Brand], marks: Mapping[str, tuple[str, ...]]) -> bool:
    others = (other for other in told if not set(other.domains) & set(brand.domains))
    return any(alike(mark, theirs) for other in others for theirs in marks[other.id])
