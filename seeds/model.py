"""What seed files say: where to look, and what is wrong with a line that says it badly."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

# What a place is thought to be: the kinds of fraud that detection knows, which a test holds equal
CATEGORIES = (
    *("fake_shop", "investment", "phishing", "government", "job_task", "loan", "prize", "recovery", "travel"),
    *("gambling", "fake_app", "impersonation", "other"),
)


@dataclass(frozen=True, slots=True)
class Seed:
    """One place to look. ``host`` in A-label form, ``domain`` its registrable domain, ``source`` the file and line."""

    url: str
    host: str
    domain: str
    priority: int = 0
    category: str = ""
    source: str = ""
    note: str = ""


GIVEN, GIVEN_VI = "the command line", "dòng lệnh"  # where a target stands that is in no file


@dataclass(frozen=True, slots=True)
class SeedProblem:
    """A line that could not be used, and what to do about it. ``line`` 0 speaks of the whole file.

    The words in Vietnamese are empty where a data file of the release is at fault: its maintainers read English.
    """

    path: str
    line: int
    message: str
    remedy: str
    message_vi: str = ""
    remedy_vi: str = ""

    def __str__(self) -> str:
        return self.said("en")

    def said(self, language: str) -> str:
        """File, line, what is wrong and the remedy, in ``vi`` or ``en``."""
        path = GIVEN_VI if self.path == GIVEN and language != "en" else self.path
        where = f"{path}:{self.line}" if self.line else path
        if language == "en" or not self.message_vi:
            return f"{where}: {self.message}; {self.remedy}"
        return f"{where}: {self.message_vi}; {self.remedy_vi}"


@dataclass(frozen=True, slots=True)
class SeedBook:
    """What seed files gave: each place once, in order of mention; problems cost only their own line."""

    seeds: tuple[Seed, ...]
    problems: tuple[SeedProblem, ...]
    files: tuple[Path, ...] = ()
    repeats: int = 0  # lines that named a place again


class SeedDataError(Exception):
    """A data file that ships with the program is unusable; each line of the message names file, place and remedy."""


def fits(value: Any, kind: Any) -> bool:
    """Whether a TOML value is what a field of type ``kind`` holds: text, number, truth, a list or a map of these."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple or origin is list:
        return isinstance(value, list) and all(fits(entry, inner[0]) for entry in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(entry, inner[1]) for entry in value.values())
    return type(value) is kind  # bool is an int to isinstance
