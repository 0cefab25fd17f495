"""Sweeps the hostile sites with the program as it is installed: plain fetches, and what it wrote about each."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hostile.case import Case
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer

SWEEP_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Swept:
    """``lines``: the report by host. ``seconds``: from a host's first question to its record. ``peak``: of the worker,
    in bytes."""

    lines: dict[str, dict[str, Any]]
    seconds: dict[str, float]
    exit_code: int
    out: str
    log: str
    peak: int = 0
    folder: Path = field(default_factory=Path)


def sweep(
    cases: Sequence[Case], scene: Scene, server: HostileServer, folder: Path, controls: int, **settings: str
) -> Swept:
    """One sweep over ``cases`` with ``controls`` honest pages strewn among them."""
    urls = [case.url(scene) for case in cases]
    for place in range(controls):
        urls.insert(place * (len(urls) // controls + 1), f"http://control-{place}.example/")
    seeds = folder / "hostile.csv"
    seeds.write_text("url\n" + "".join(f'"{url}"\n' for url in urls), encoding="utf-8")
    report = folder / "report.ndjson"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")},
        **server.settings,
        "LACHAN_DATA_DIR": str(folder / "var"),
        "LACHAN_BROWSER": "off",
        "LACHAN_DELAY": "0",
        "LACHAN_ENRICH": "false",
        "LACHAN_TIMESTAMP_URLS": "",
        "LACHAN_SEAL": "all",
        **settings,
    }
    words = [sys.executable, "-m", "takedown.cli", "sweep", "--seeds", str(seeds), "--json", "--report", str(report)]
    started, clock = time.monotonic(), time.time()
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=SWEEP_SECONDS, check=False)
    (folder / "log").write_text(done.stderr, encoding="utf-8")
    lines = {_host(line["url"]): line for line in map(json.loads, report.read_text("utf-8").splitlines())}
    seconds = {
        host: _stamp(line["recorded_at"]) - clock + started - server.first[host]
        for host, line in lines.items()
        if host in server.first
    }
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Swept(lines, seconds, done.returncode, done.stdout, done.stderr, peak, folder)


def run_command(swept: Swept, *words: str) -> tuple[int, str, str]:
    """Another command of the program over what a sweep left."""
    environment = {**os.environ, "LACHAN_DATA_DIR": str(swept.folder / "var")}
    done = subprocess.run(
        [sys.executable, "-m", "takedown.cli", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _host(url: str) -> str:
    return url.split("/")[2].partition(":")[0]


def _stamp(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()
