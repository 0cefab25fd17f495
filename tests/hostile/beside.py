"""`make hostile-beside`: twenty good sites swept alone and with one hostile site among them. All must stay whole, and
none may wait long for the hostile one.

Sweeps alone and sweeps beside alternate, so that a busy machine bears on both alike; the good sites are served by a
process of their own, so that a hostile answer costs them nothing there.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.bench.pages import article, pictures, shop
from tests.hostile.case import Case, load_cases
from tests.hostile.namespace import enter_network_of_its_own
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer
from tests.site.server import LocalWeb

GOOD = 20
SHOPS = 10  # of the good: rendered, each from two vantages
SLOWER = 0.2  # the goal
SECONDS = 400
# Frauds that hold the browser, the reader or the wire as long as they can, and the slowest that are only fetched.
WORST = (*(case.name for case in load_cases() if case.family == "costly"), "t-silent", "d-endless-file", "c-gzip-bomb")
SAME = ("outcome", "level", "points", "rules", "visits")


@dataclass(frozen=True, slots=True)
class Beside:
    """One sweep. ``good``: the report's lines of the good sites by address; ``hostile``: how the other one ended;
    ``seconds``: from its start until the last good site was recorded."""

    good: Mapping[str, Mapping[str, Any]]
    hostile: str
    seconds: float
    exit_code: int
    log: str


@dataclass(frozen=True, slots=True)
class GoodWeb:
    """What leads a crawler to the twenty."""

    allow: str
    map: str
    urls: tuple[str, ...]


def serve(pipe: Connection, shops: int) -> None:
    """Serve the good sites until told to end."""
    every = GOOD // shops
    pages = {f"good-{n:02}.test": article(n, 20_000) if n % every else shop(n, 12) for n in range(GOOD)}
    with LocalWeb.from_pages(pages, files=pictures()) as web:
        pipe.send(GoodWeb(web.egress_allow, web.egress_map, web.targets))
        pipe.recv()


@contextmanager
def good_web(shops: int = SHOPS) -> Iterator[GoodWeb]:
    """The twenty, by a process of their own; ``shops`` of them are rendered."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, shops))
    server.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        server.join(20)


def sweep_beside(good: GoodWeb, hostile: Case | None, scene: Scene, server: HostileServer, **settings: str) -> Beside:
    """One sweep in an empty folder with the settings of service; the hostile site is asked for first."""
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        report = Path(folder, "report.ndjson")
        seeds = Path(folder, "seeds.csv")
        urls = [*([hostile.url(scene)] if hostile else []), *good.urls]
        seeds.write_text("url\n" + "".join(f'"{url}"\n' for url in urls), "utf-8")
        theirs = server.settings
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")},
            "LACHAN_EGRESS_ALLOW": f"{good.allow},{theirs['LACHAN_EGRESS_ALLOW']}",
            "LACHAN_EGRESS_MAP": f"{good.map},{theirs['LACHAN_EGRESS_MAP']}",
            "LACHAN_EGRESS_PORTS": theirs["LACHAN_EGRESS_PORTS"],
            "LACHAN_DATA_DIR": str(Path(folder, "var")),
            "LACHAN_ENRICH": "false",
            "LACHAN_TIMESTAMP_URLS": "",
            **settings,
        }
        words = [sys.executable, "-m", "takedown.cli", "sweep", "--seeds", str(seeds), "--json"]
        began = time.time()
        done = subprocess.run(
            [*words, "--report", str(report)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        lines = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    found = {line["url"]: line for line in lines if line["url"] in good.urls}
    last = max((datetime.fromisoformat(line["recorded_at"]).timestamp() for line in found.values()), default=began)
    ended = next((line["outcome"] for line in lines if line["url"] not in good.urls), "")
    return Beside(found, ended, last - began, done.returncode, done.stderr)


def not_whole(good: GoodWeb, alone: Beside, beside: Beside) -> list[str]:
    """What a good site lost by its neighbour: it is not there, or is not judged as it was alone."""
    faults = []
    for url in good.urls:
        mine, other = alone.good.get(url), beside.good.get(url)
        if mine is None or other is None:
            faults.append(f"{url}: lost")
        elif changed := [name for name in SAME if mine[name] != other[name]]:
            faults += [f"{url}: {name} {other[name]}, alone {mine[name]}"[:300] for name in changed]
    return faults


def main() -> int:
    """Exit code 1 when a good site was not whole, or the median of the delays is beyond the goal."""
    words = argparse.ArgumentParser(prog="python -m tests.hostile.beside", description=__doc__)
    words.add_argument("names", nargs="*", default=WORST, help="the hostile cases, each in turn")
    words.add_argument("--rounds", type=int, default=1)
    chosen = words.parse_args()
    print("network:", enter_network_of_its_own())
    cases = {case.name: case for case in load_cases()}
    faults: list[str] = []
    slower: dict[str, list[float]] = {name: [] for name in chosen.names}
    with Scene() as scene, HostileServer(load_cases(), scene) as server, good_web() as good:
        sweep_beside(good, None, scene, server)  # warms the disk's cache
        before = sweep_beside(good, None, scene, server)
        for name in (name for _ in range(chosen.rounds) for name in chosen.names):
            beside = sweep_beside(good, cases[name], scene, server)
            after = sweep_beside(good, None, scene, server)
            lost = not_whole(good, before, beside)
            whole = GOOD - len({fault.partition(": ")[0] for fault in lost})
            share = beside.seconds / statistics.fmean((before.seconds, after.seconds)) - 1
            slower[name].append(share)
            print(
                f"{name:32} {beside.hostile:14} {whole} of {GOOD} whole, {beside.seconds:5.1f} s beside it, "
                f"{before.seconds:5.1f} and {after.seconds:5.1f} s alone: {share:+.0%}",
                flush=True,
            )
            faults += lost
            before = after
        faults += [f"canaries touched: {dict(scene.touches)}"] if scene.touches else []
    medians = {name: statistics.median(shares) for name, shares in slower.items()}
    worst = max(medians, key=lambda name: medians[name])
    print(f"slowed down by {statistics.median(medians.values()):+.0%} in the middle, {medians[worst]:+.0%} by {worst}")
    faults += [f"slower by {share:.0%} beside {name}" for name, share in medians.items() if share > SLOWER]
    print("\n".join(faults or ["all whole, none held up"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
