"""One misbehaviour of the hostile server: what it answers, and the states in which looking at it may end."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tests.hostile.answers import Answer
from tests.hostile.scene import Scene


@dataclass(frozen=True, slots=True)
class Case:
    """``fetch``, ``browser``: how a plain fetch and a rendered visit may end, ``|`` between the states; empty:
    not looked at that way. ``answers``: by path; ``*`` is any other. ``holds``: words that a read page must keep.
    ``raw``: answers before anything was asked. ``slow``: left out of the short run. ``flagged``: a fraud that a sweep
    with a browser puts before a person."""

    name: str
    answers: Mapping[str, Answer]
    fetch: str = ""
    browser: str = ""
    path: str = "/"
    scheme: str = "http"
    holds: str = ""
    raw: bool = False
    slow: bool = False
    flagged: bool = False
    family: str = ""

    @property
    def host(self) -> str:
        """Each case is a site of its own."""
        return f"{self.name}.example"

    def url(self, scene: Scene) -> str:
        """Where a look at it begins."""
        return f"{self.scheme}://{self.host}{scene.fill(self.path)}"


@cache
def load_cases() -> tuple[Case, ...]:
    """Every entry of the modules in ``cases/``, each marked with its module's name."""
    found: list[Case] = []
    for module in sorted(entry.name for entry in pkgutil.iter_modules([str(Path(__file__).parent / "cases")])):
        entries = importlib.import_module(f"tests.hostile.cases.{module}").CASES
        found.extend(replace(case, family=module) for case in entries)
    names = [case.name for case in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"tests/hostile/cases: named twice: {', '.join(sorted(twice))}")
    return tuple(found)
