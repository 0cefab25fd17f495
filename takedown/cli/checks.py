"""One finding of `lachan doctor`: what was looked at, how it stands, and the command that mends it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """WARN: the work goes on with less; FAIL: something cannot be done at all."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """``found``: what is there; ``remedy``: what to type or set, empty where nothing is missing."""

    name: str
    health: Health
    found: str
    remedy: str = ""


def guarded(name: str, check: Callable[[], Check], remedy: str) -> Check:
    """The check, or a FAIL with its reason where the check itself came to grief: doctor must end in a list."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001  any fault of a look at the machine is a finding
        return Check(name, Health.FAIL, f"{type(error).__name__}: {error}", remedy)


def as_root(command: str) -> str:
    """The command as this user has to type it."""
    return command if os.geteuid() == 0 else f"sudo {command}"
