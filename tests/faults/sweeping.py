"""The installed program on a machine whose database fails."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.site.server import LocalWeb

PROGRAM = [sys.executable, "-m", "takedown.cli"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; ``said`` is its one JSON value."""

    code: int
    said: Any
    log: str


def environment(web: LocalWeb | None, data: Path, **settings: str) -> dict[str, str]:
    """The settings of a quick sweep that seals everything."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")}
    return {
        **kept,
        **(web.environment if web else {}),
        "LACHAN_DATA_DIR": str(data),
        "LACHAN_BROWSER": "off",
        "LACHAN_ENRICH": "false",
        "LACHAN_TIMESTAMP_URLS": "",
        "LACHAN_DELAY": "0",
        "LACHAN_CONCURRENT_SITES": "4",
        "LACHAN_SEAL": "all",
        "LACHAN_FREE_MB": "0",
        **settings,
    }


def run(env: dict[str, str], *words: str) -> Ended:
    """One command with --json."""
    done = subprocess.run(
        [*PROGRAM, *words, "--json"], env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return Ended(done.returncode, json.loads(done.stdout), done.stderr)
