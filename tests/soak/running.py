"""One sweep of the installed program over a web of shops, articles and sample sites, watched from outside."""

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.pages import article, pictures, shop
from tests.site.catalogue import load_sites
from tests.site.server import LocalWeb
from tests.soak.curve import Sample, append, load
from tests.soak.processes import below, bury_the_dead, weigh
from tests.timestamp_authority import TimestampAuthority

LEFT_SECONDS = 10.0  # after its end nothing may be left
ARTICLES_PER_SHOP = 7  # a shop is fetched once and rendered twice: one visit in five is a rendered one
STOP_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to keep everything, how many visits at least, how often to look, and whether the sample sites are among
    them."""

    folder: Path
    visits: int
    every: float = 2.0
    samples: bool = True


@dataclass(slots=True)
class Ended:
    """How it ended. ``left``: command lines of processes that still ran; ``remains``: files of its temporary folder."""

    exit_code: int
    samples: list[Sample]
    targets: int
    left: list[str] = field(default_factory=list)
    remains: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    unswept: int = 0


def pages(visits: int) -> dict[str, bytes]:
    """Hosts with one page each, every eighth a shop, enough for ``visits`` visits."""
    shops, articles = [shop(seed, 12) for seed in range(10)], [article(seed) for seed in range(40)]
    every = ARTICLES_PER_SHOP + 1
    count = -(-visits // (ARTICLES_PER_SHOP + 3)) * every
    return {f"s{n:05}.example": shops[n // every % 10] if n % every == 0 else articles[n % 40] for n in range(count)}


def soak(plan: Plan, tell: Callable[[Sample], None]) -> Ended:
    """Run it to its end, or until Ctrl-C; a plan whose folder holds an unfinished run goes on with that."""
    temporary = plan.folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    web = LocalWeb.from_pages(pages(plan.visits), files=pictures(), sites=load_sites() if plan.samples else ())
    seeds = plan.folder / "seeds.csv"
    seeds.write_text("url\n" + "".join(f'"{url}"\n' for url in _strewn(web)), "utf-8")
    with web, TimestampAuthority(plan.folder / "authority") as authority:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")},
            **web.environment,
            "TMPDIR": str(temporary),
            "LACHAN_DATA_DIR": str(plan.folder / "var"),
            "LACHAN_EGRESS_ALLOW": f"{web.egress_allow},{authority.address}",
            "LACHAN_TIMESTAMP_URLS": authority.url,
            "LACHAN_TIMESTAMP_CA": str(authority.certificate),
            "LACHAN_ENRICH": "false",
            "LACHAN_DELAY": "0",
            "LACHAN_FETCH_SECONDS": "5",
            "LACHAN_LOG_LEVEL": "WARNING",
        }
        words = [sys.executable, "-m", "takedown.cli", "sweep", "--seeds", str(seeds), "--json"]
        with (plan.folder / "log").open("ab") as log:
            sweep = subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True)
            try:
                exit_code = _watch(sweep, plan, tell)
            except KeyboardInterrupt:
                sweep.send_signal(signal.SIGINT)
                exit_code = sweep.wait(STOP_SECONDS)
        left = _left_over()
    ended = Ended(exit_code, load(plan.folder / "soak.csv"), len(web.targets), left)
    ended.remains = sorted(str(path.relative_to(temporary)) for path in temporary.iterdir())
    _count(plan.folder / "var" / "lachan.sqlite", ended)
    return ended


def _strewn(web: LocalWeb) -> list[str]:
    """The addresses with the sample sites spread evenly among the others."""
    samples, urls = [site.url for site in web.sites], list(web.targets)[len(web.sites) :]
    step = len(urls) // (len(samples) + 1) + 1
    for place, url in enumerate(samples):
        urls.insert(place * step, url)
    return urls


def _watch(sweep: "subprocess.Popen[bytes]", plan: Plan, tell: Callable[[Sample], None]) -> int:
    """Sample until it ends; its exit code."""
    path = plan.folder / "soak.csv"
    run = max((sample.run for sample in load(path)), default=0) + 1
    started = time.monotonic()
    for number in itertools.count(1):
        try:
            return sweep.wait(max(0.0, started + number * plan.every - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        family = weigh([process for process in below(os.getpid()) if "openssl" not in process.words])
        visits, rendered = _visits(plan.folder / "var" / "lachan.sqlite")
        sample = Sample(
            run=run,
            seconds=time.monotonic() - started,
            visits=visits,
            rendered=rendered,
            worker=family.size["worker"],
            driver=family.size["driver"],
            browser=family.size["browser"],
            reader=family.size["reader"],
            processes=family.count,
            worker_files=family.open_files["worker"],
            driver_files=family.open_files["driver"],
            browsers=family.browsers,
            browser_processes=family.browser_processes,
        )
        if visits:  # before the first one it only starts
            append(path, sample)
        tell(sample)
    raise AssertionError("counting does not end")


def _visits(database: Path) -> tuple[int, int]:
    """All that are recorded, and the rendered ones among them."""
    if not database.exists():
        return 0, 0
    query = "SELECT count(*), coalesce(sum(vantage NOT LIKE 'fetch%'), 0) FROM observation"
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as opened:
            total, rendered = opened.execute(query).fetchone()
    except sqlite3.OperationalError:  # the tables are being made
        return 0, 0
    return int(total), int(rendered)


def _left_over() -> list[str]:
    """Who of the sweep's family still lives when its time is over."""
    until = time.monotonic() + LEFT_SECONDS
    while True:
        bury_the_dead()
        living = [process.words[:200] for process in below(os.getpid())]
        if not living or time.monotonic() > until:
            return living
        time.sleep(0.2)


def _count(database: Path, ended: Ended) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        ended.outcomes.update(dict(opened.execute("SELECT last_outcome, count(*) FROM target GROUP BY 1").fetchall()))
    ended.unswept = ended.outcomes.pop("", 0)
