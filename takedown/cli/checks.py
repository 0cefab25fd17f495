"""One finding of `lachan doctor`: what was looked at, how it stands, and the command that mends it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from takedown.words import fault_words


class Health(StrEnum):
    """WARN: the work goes on with less; FAIL: something cannot be done at all."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """``found``: what is there; ``remedy``: what to type or set, empty where nothing is missing. ``found_vi`` and
    ``remedy_vi``: the same in Vietnamese, empty where the words are a version, a path or a command alone."""

    name: str
    health: Health
    found: str
    remedy: str = ""
    found_vi: str = ""
    remedy_vi: str = ""

    def words(self, language: str) -> tuple[str, str]:
        """What was found and the remedy, in ``vi`` or ``en``."""
        if language == "en":
            return self.found, self.remedy
        return self.found_vi or self.found, self.remedy_vi or self.remedy

    def to_json(self) -> dict[str, str]:
        """For programs, in English whatever the setting."""
        return {"name": self.name, "health": self.health.value, "found": self.found, "remedy": self.remedy}


def guarded(name: str, check: Callable[[], Check], remedy: str, remedy_vi: str = "") -> Check:
    """The check, or a FAIL with its reason where the check itself came to grief: doctor must end in a list."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001  any fault of a look at the machine is a finding
        kind = type(error).__name__
        return Check(
            name, Health.FAIL, f"{kind}: {error}", remedy, f"{kind}: {fault_words(error, 'vi')}", remedy_vi or remedy
        )


def as_root(command: str) -> str:
    """The command as this user has to type it."""
    return command if os.geteuid() == 0 else f"sudo {command}"
