"""Sweeps the hostile sites with the program as it is installed: plain fetches, and what it wrote about each."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.hostile.case import Case
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer

SWEEP_SECONDS = 600.0
STOP_SECONDS = 120.0  # for one that was told to end
LOOK_SECONDS = 0.5
LOST = -1  # exit code of a sweep that did not end in time


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
    cases: Sequence[Case],
    scene: Scene,
    server: HostileServer,
    folder: Path,
    controls: int,
    tell: Callable[[Swept, str], object] = lambda swept, host: None,
    limit: float = SWEEP_SECONDS,
    **settings: str,
) -> Swept:
    """One sweep over ``cases`` with ``controls`` honest pages strewn among them; each host is told as it is recorded.

    It is stopped after ``limit`` seconds, and its exit code then is LOST; KeyboardInterrupt stops it and comes through.
    """
    seeds, report = folder / "hostile.csv", folder / "report.ndjson"
    seeds.write_text("url\n" + "".join(f'"{url}"\n' for url in _strewn(cases, scene, controls)), encoding="utf-8")
    words = [sys.executable, "-m", "takedown.cli", "sweep", "--seeds", str(seeds), "--json", "--report", str(report)]
    out, log = folder / "out", folder / "log"
    started, clock = time.monotonic(), time.time()
    found = Swept({}, {}, LOST, "", "", 0, folder)
    told = 0

    def look() -> None:
        nonlocal told
        lines = report.read_bytes().rpartition(b"\n")[0].splitlines() if report.exists() else []
        for line in map(json.loads, lines[told:]):
            host = _host(line["url"])
            found.lines[host] = line
            if host in server.first:
                found.seconds[host] = _stamp(line["recorded_at"]) - clock + started - server.first[host]
            tell(found, host)
        told = len(lines)

    with out.open("wb") as stdout, log.open("wb") as stderr:
        running = subprocess.Popen(
            words, env=_environment(server, folder, settings), stdout=stdout, stderr=stderr, start_new_session=True
        )
        try:
            code = _watch(running, started + limit, look)
        finally:
            _end(running)
    look()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return replace(found, exit_code=code, out=out.read_text("utf-8"), log=log.read_text("utf-8"), peak=peak)


def _strewn(cases: Sequence[Case], scene: Scene, controls: int) -> list[str]:
    urls = [case.url(scene) for case in cases]
    for place in range(controls):
        urls.insert(place * (len(urls) // controls + 1), f"http://control-{place}.example/")
    return urls


def _environment(server: HostileServer, folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    return {
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


def _watch(running: "subprocess.Popen[bytes]", until: float, look: Callable[[], None]) -> int:
    while time.monotonic() < until:
        try:
            return running.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            look()
    return LOST


def _end(running: "subprocess.Popen[bytes]") -> None:
    """One that still runs is asked to end, and made to where it does not."""
    if running.poll() is not None:
        return
    running.send_signal(signal.SIGINT)
    try:
        running.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


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
