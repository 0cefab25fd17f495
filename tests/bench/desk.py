"""`python -m tests.bench.desk`: how long the desk's queue, search and pages take with 100,000 cases in each database.

What is timed is the service under the queue page (a page of cases with reasons and pictures, and the count) and the
page itself as the application answers it. Each question is asked in turn with the others, many times; the median and
the 95th percentile are printed in milliseconds, beside the load of the machine.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, insert, text
from sqlmodel import SQLModel

from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine, read_session, write_session
from storage.models import Assessment, Case, CaseIndicator, Observation, ObservationFile
from takedown.levels import LADDER
from takedown.worklist import Wanted, find_page, next_case
from tests.bench.names import make_names

CASES = 100_000
GOAL = 100.0  # ms at the 95th percentile
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
_STATES = ["new"] * 15 + ["in_review"] * 2 + ["confirmed", "waiting", "down"] * 5 + ["false_positive"] * 8 + ["closed"]
_KINDS = ("fake_shop", "phishing", "investment", "loan", "job")
_TITLES = ("Xả kho giảm giá 90%", "Đăng nhập tài khoản ngân hàng", "Việc nhẹ lương cao", "Vay nhanh 5 phút", "Nạp rút")
_PER_TURN = 5_000


def fill(engine: Engine, count: int) -> None:
    """Cases as a year leaves them: most are done; each has an assessment, a picture, an account, a phone."""
    chance, hosts = random.Random(11), make_names(count)
    with write_session(engine) as session:
        for start in range(1, count + 1, _PER_TURN):
            numbers = range(start, min(start + _PER_TURN, count + 1))
            for model, rows in _rows(chance, hosts, numbers).items():
                session.execute(insert(_table(model)), rows)
            print(f"{engine.dialect.name}: {numbers[-1]:,} of {count:,} cases made", file=sys.stderr, flush=True)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))  # as every database does by itself in time


def _rows(chance: random.Random, hosts: list[str], numbers: range) -> dict[type[SQLModel], list[dict[str, Any]]]:
    made: dict[type[SQLModel], list[dict[str, Any]]] = {
        model: [] for model in (Assessment, Observation, ObservationFile, Case, CaseIndicator)
    }
    for number in numbers:
        host, level = (
            f"{number:x}-{hosts[number - 1]}",
            chance.choices(LADDER[-4:], (50, 30, 15, 5)[: len(LADDER[-4:])])[0],
        )
        points, at = round(chance.uniform(0, 10), 1), NOW - timedelta(minutes=chance.randrange(500_000))
        shared = {"url": f"https://{host}/", "host": host, "domain": host}
        signals = [
            {"rule": f"r{i}", "family": "words", "points": 1.0, "message_vi": "Lý do " * 12, "message_en": "Why " * 12}
            for i in range(6)
        ]
        made[Assessment].append(
            _whole(
                Assessment,
                id=number,
                assessed_at=at,
                level=level,
                points=points,
                probability=0.9,
                rule_set="bench",
                signals=signals,
                **shared,
            )
        )
        made[Observation].append(
            _whole(Observation, id=number, vantage="phone", outcome="read", observed_at=at, final_url="", **shared)
        )
        picture = {"name": "screenshot.png", "digest": f"{number:064x}", "size": 1, "media_type": "image/png"}
        made[ObservationFile].append(_whole(ObservationFile, id=number, observation_id=number, **picture))
        made[Case].append(
            _whole(
                Case,
                id=number,
                state=chance.choice(_STATES),
                level=level,
                points=points,
                category=chance.choice(_KINDS),
                title=f"{chance.choice(_TITLES)} {number}",
                opened_at=at,
                updated_at=at,
                assessment_id=number,
                due_at=at + timedelta(days=3) if chance.random() < 0.1 else None,
                **shared,
            )
        )
        for kind, value in (("bank_account", f"970436:{number:010}"), ("phone", f"+849{number:08}")):
            made[CaseIndicator].append(_whole(CaseIndicator, case_id=number, kind=kind, value=value, first_at=at))
    return made


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _whole(model: type[SQLModel], **values: Any) -> dict[str, Any]:
    """The row with every default that the model would give it."""
    return {**_usual(model), **values}


@cache
def _usual(model: type[SQLModel]) -> dict[str, Any]:
    fields = {name: field for name, field in model.model_fields.items() if name != "id" and not field.is_required()}
    return {name: field.get_default(call_default_factory=True) for name, field in fields.items()}


def questions(engine: Engine, count: int) -> dict[str, Callable[[], object]]:
    """What people do all day, by name."""
    chance = random.Random(3)

    def ask(wanted: Wanted, after: str = "") -> object:
        with read_session(engine) as session:
            return find_page(session, wanted, now=NOW, after=after)

    def following() -> object:
        with read_session(engine) as session:
            return next_case(session, Wanted(), chance.randrange(1, count), now=NOW)

    def any_number() -> int:
        return chance.randrange(1, count)

    with read_session(engine) as session:
        deep = ""
        for _ in range(20):
            deep = find_page(session, Wanted(state="all"), now=NOW, after=deep).after
    return {
        "queue, to review": lambda: ask(Wanted()),
        "queue, all": lambda: ask(Wanted(state="all")),
        "queue, 20 pages on": lambda: ask(Wanted(state="all"), deep),
        "queue, one kind": lambda: ask(Wanted(category="loan")),
        "queue, overdue": lambda: ask(Wanted(state="open", overdue=True)),
        "queue, mine": lambda: ask(Wanted(state="open", mine="an")),
        "next case": following,
        "search, host": lambda: ask(Wanted(state="all", search=f"{any_number():x}-")),
        "search, common words": lambda: ask(Wanted(state="all", search="giảm giá")),
        "search, nothing": lambda: ask(Wanted(state="all", search="khongcogi.example")),
        "search, account": lambda: ask(Wanted(state="all", search=f"{any_number():010}")),
        "search, phone": lambda: ask(Wanted(state="all", search=f"09{any_number():08}")),
        "search, number": lambda: ask(Wanted(state="all", search=str(any_number()))),
    }


@contextmanager
def page_question(engine: Engine, folder: Path) -> Iterator[Callable[[], object]]:
    """The queue as the application answers it to somebody who is signed in."""
    from fastapi.testclient import TestClient

    from takedown.web.app import create_app
    from takedown.web.desk import Desk
    from tests.takedown.desk import AN, HEAD, hire

    hire(engine, AN)
    desk = Desk(engine, ArtifactStore.open(f"file://{folder}/artifacts"), HEAD, secure=False, clock=lambda: NOW)
    with TestClient(create_app(desk), base_url="http://desk.example", follow_redirects=False) as client:
        client.post("/sign-in", data={"name": "an", "password": "mot mat khau dai"})

        def ask() -> object:
            answer = client.get("/cases")
            assert answer.status_code == 200, answer.status_code
            return answer

        yield ask


def measure(engine: Engine, count: int, rounds: int, folder: Path) -> dict[str, tuple[float, float]]:
    """By question the median and the 95th percentile in ms, asked in turn."""
    fill(engine, count)
    with page_question(engine, folder) as page:
        asked = {**questions(engine, count), "the queue's page": page}
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for turn in range(rounds + 1):
            for name, ask in asked.items():
                began = time.perf_counter()
                ask()
                if turn:  # the first warms up
                    taken[name].append(1000 * (time.perf_counter() - began))
    return {name: (statistics.median(times), _percentile(times)) for name, times in taken.items()}


def _percentile(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.95 * (len(times) - 1)))]


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
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    results = {}
    with tempfile.TemporaryDirectory(prefix="lachan-bench-") as name, databases(Path(name)) as opened:
        for kind, engine in opened.items():
            results[kind] = measure(engine, chosen.cases, chosen.rounds, Path(name))
            if not chosen.json:
                print(table(f"{kind}, {chosen.cases:,} cases", results[kind]), flush=True)
    if chosen.json:
        print(json.dumps(results))


def table(title: str, result: dict[str, tuple[float, float]]) -> str:
    """A line a question."""
    lines = [f"{title} (load {os.getloadavg()[0]:.1f})".ljust(42) + f"{'p50 ms':>10}{'p95 ms':>10}"]
    for question, (median, high) in result.items():
        verdict = "" if high <= GOAL else f"over {GOAL:.0f}"
        lines.append(f"  {question:<40}{median:>10.1f}{high:>10.1f}  {verdict}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    main()
