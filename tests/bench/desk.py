"""`python -m tests.bench.desk`: how long the desk takes to answer with 100,000 cases in each database.

What is timed is the whole answer of the application to somebody who is signed in, from request to the last byte of the
page. Each question is asked in turn with the others, many times; the median and the 95th percentile are printed in
milliseconds beside the load of the machine, and the processor time of this process, which other work on the machine
does not lengthen (PostgreSQL's own server is not in it).
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine, read_session
from tests.bench.desk_cases import NOW, fill, is_filled

CASES = 100_000
GOAL = 100.0  # ms at the 95th percentile, of queue and search
Times = dict[str, dict[str, float]]
Ask = Callable[[str], str]


def questions(ask: Ask, count: int) -> dict[str, Callable[[], str]]:
    """What people do all day: by name the path to ask for."""
    chance = random.Random(3)
    deep = "/cases?state=all"
    for _ in range(20):
        after = re.search(r'rel="next" href="([^"]+)"', ask(deep))
        deep = after.group(1).replace("&amp;", "&") if after else deep

    def any_case() -> int:
        return chance.randrange(1, count)

    def found(words: str) -> str:
        return f"/cases?state=all&q={words}"

    return {
        "queue, to review": lambda: "/cases",
        "queue, all": lambda: "/cases?state=all",
        "queue, as a table": lambda: "/cases?state=open&view=table",
        "queue, 20 pages on": lambda: deep,
        "queue, one state": lambda: "/cases?state=closed",
        "queue, one kind": lambda: "/cases?category=loan",
        "queue, from a level": lambda: "/cases?level=near_certain",
        "queue, overdue": lambda: "/cases?state=open&overdue=1",
        "queue, mine": lambda: "/cases?state=open&mine=1",
        "queue, kind of all": lambda: "/cases?state=all&category=job",
        "queue, kind and overdue": lambda: "/cases?state=waiting&category=job&overdue=1",
        "queue, mine and a level": lambda: "/cases?state=all&mine=1&level=likely",
        "queue, a saved view": lambda: "/cases?state=confirmed&category=phishing&level=likely&view=table",
        "search, host": lambda: found(f"{any_case():x}-"),
        "search, part of a host": lambda: found("etcomban"),
        "search, common words": lambda: found("giam+gia"),
        "search, words with marks": lambda: found("gi%E1%BA%A3m+gi%C3%A1"),
        "search, words and a kind": lambda: "/cases?state=new&category=loan&q=ngan+hang",
        "search, two letters": lambda: found("kq"),
        "search, nothing": lambda: found("khongcogi.example"),
        "search, account": lambda: found(f"{any_case():010}"),
        "search, phone": lambda: found(f"09{any_case():08}"),
        "search, number": lambda: found(str(any_case())),
        "next case": lambda: f"/cases/{any_case()}",
        "next case, filtered": lambda: f"/cases/{any_case()}?category=loan&overdue=1",
        "case, watched for long": lambda: f"/cases/{any_case() // 50 * 50 or 50}",
        "dashboard": lambda: "/dashboard",
    }


@contextmanager
def asking(engine: Engine, folder: Path) -> Iterator[Ask]:
    """The application, asked by somebody who is signed in."""
    from fastapi.testclient import TestClient

    from takedown.staff import list_people
    from takedown.web.app import create_app
    from takedown.web.desk import Desk
    from takedown.web.warming import warm_up
    from tests.takedown.desk import AN, HEAD, hire

    with read_session(engine) as session:
        known = list_people(session)
    if not known:  # a database that was filled before has her
        hire(engine, AN)
    desk = Desk(engine, ArtifactStore.open(f"file://{folder}/artifacts"), HEAD, secure=False, clock=lambda: NOW)
    app = create_app(desk)
    warm_up()  # as `lachan serve` does
    with TestClient(app, base_url="http://desk.example", follow_redirects=False) as client:
        client.post("/sign-in", data={"name": "an", "password": "mot mat khau dai"})

        def ask(path: str) -> str:
            answer = client.get(path)
            if answer.status_code != 200:
                sys.exit(f"{path}: {answer.status_code}")
            return answer.text

        yield ask


def measure(engine: Engine, count: int, rounds: int, folder: Path, only: str = "") -> Times:
    """By question what ``_summed`` says, asked in turn."""
    if not is_filled(engine, count):
        fill(engine, count)
    with asking(engine, folder) as ask:
        paths = {name: path for name, path in questions(ask, count).items() if only in name}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in paths}
        for turn in range(rounds + 1):
            for name, path in paths.items():
                began, worked = time.perf_counter(), time.process_time()
                ask(path())
                if turn:  # the first warms up
                    taken[name].append((time.perf_counter() - began, time.process_time() - worked))
    return {name: _summed(times) for name, times in taken.items()}


def _summed(times: list[tuple[float, float]]) -> dict[str, float]:
    """In ms: median and 95th percentile of the wall, and of the processor's time."""
    wall, cpu = (sorted(1000 * entry[place] for entry in times) for place in (0, 1))
    high = min(len(wall) - 1, round(0.95 * (len(wall) - 1)))
    return {"p50": statistics.median(wall), "p95": wall[high], "cpu": statistics.median(cpu), "cpu95": cpu[high]}


@contextmanager
def kept(urls: list[str]) -> Iterator[dict[str, Engine]]:
    """Databases of one's own, which are filled once and asked as often as one likes."""
    opened = {url: open_engine(url) for url in urls}
    try:
        for engine in opened.values():
            migrate(engine)
        yield {f"{engine.dialect.name}, kept": engine for engine in opened.values()}
    finally:
        for engine in opened.values():
            engine.dispose()


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, Engine]]:
    """SQLite, and PostgreSQL where it can be started."""
    from tests.postgres import PostgresUnavailableError, shared_server

    opened = {"sqlite": open_engine(f"sqlite:///{folder}/bench.sqlite")}
    try:
        (folder / "run").mkdir()
        opened["postgresql"] = open_engine(shared_server(folder / "run", os.getpid()).format(database="postgres"))
    except PostgresUnavailableError as error:
        print(f"PostgreSQL cannot be started here: {error}")
    try:
        for engine in opened.values():
            migrate(engine)
        yield opened
    finally:
        for engine in opened.values():
            engine.dispose()


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.desk", description=__doc__)
    options.add_argument("--cases", type=int, default=CASES)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--only", default="", help="questions whose name holds this")
    options.add_argument("--json", action="store_true")
    options.add_argument("--database", action="append", help="URL of an empty one, or of one filled before")
    chosen = options.parse_args()
    results = {}
    with (
        tempfile.TemporaryDirectory(prefix="lachan-bench-") as name,
        kept(chosen.database) if chosen.database else databases(Path(name)) as opened,
    ):
        for kind, engine in opened.items():
            results[kind] = measure(engine, chosen.cases, chosen.rounds, Path(name), chosen.only)
            if not chosen.json:
                print(table(f"{kind}, {chosen.cases:,} cases", results[kind]), flush=True)
    if chosen.json:
        print(json.dumps(results))


def table(title: str, result: Times) -> str:
    """A line a question."""
    heads = f"{'p50 ms':>10}{'p95 ms':>10}{'CPU p50':>10}{'CPU p95':>10}"
    lines = [f"{title} (load {os.getloadavg()[0]:.1f})".ljust(42) + heads]
    for question, found in result.items():
        verdict = f"over {GOAL:.0f}" if found["p95"] > GOAL and question.startswith(("queue", "search", "next")) else ""
        figures = f"{found['p50']:>10.1f}{found['p95']:>10.1f}{found['cpu']:>10.1f}{found['cpu95']:>10.1f}"
        lines.append(f"  {question:<40}{figures}  {verdict}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    main()
