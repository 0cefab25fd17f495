"""Servers are asked in turn by all processes together, left alone when they say so, and never asked twice."""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Engine, text

from crawler.config import Config
from crawler.detection.facts import LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import Enrichment, lookup_domain
from crawler.enrichment.courtesy import pause_of
from crawler.enrichment.courtesy_rows import StoredCourtesy
from storage.db import read_session
from storage.models import ServerTurn
from tests.crawler.enrichment.asking import QUICK, offline_policy
from tests.crawler.enrichment.registry_servers import Reply, rdap_server, whois_server

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BODY = json.dumps(
    {"objectClassName": "domain", "ldhName": "shop.example", "events": [
        {"eventAction": "registration", "eventDate": "2026-11-01T00:00:00Z"}]}
).encode()  # fmt: skip


def test_turns_of_two_guests_keep_their_distance(engine: Engine) -> None:
    async def run() -> list[float]:
        guests = [StoredCourtesy(engine, interval=0.3), StoredCourtesy(engine, interval=0.3)]
        moments: list[float] = []

        async def ask(guest: StoredCourtesy) -> None:
            assert await guest.turn("rdap.example", 30) is None
            moments.append(time.monotonic())

        started = time.monotonic()
        await asyncio.gather(*(ask(guests[number % 2]) for number in range(4)))
        return [moment - started for moment in sorted(moments)]

    moments = asyncio.run(run())
    assert all(moment >= 0.29 * number for number, moment in enumerate(moments)), moments


def test_a_turn_too_far_away_is_not_waited_for(engine: Engine) -> None:
    courtesy = StoredCourtesy(engine, interval=60, clock=lambda: NOW)
    assert asyncio.run(courtesy.turn("rdap.example", 5)) is None
    assert asyncio.run(courtesy.turn("rdap.example", 5)) == NOW + timedelta(seconds=60)
    assert asyncio.run(courtesy.turn("other.example", 5)) is None


def test_a_pause_is_as_long_as_the_server_says_within_a_day() -> None:
    assert pause_of("120") == timedelta(seconds=120)
    assert pause_of("99999999") == timedelta(hours=24)
    assert pause_of("Wed, 21 Oct 2026 07:28:00 GMT") == timedelta(minutes=10)
    assert pause_of("0") == timedelta(seconds=1)


def test_kept_answers_expire(engine: Engine) -> None:
    now = [NOW]
    courtesy = StoredCourtesy(engine, interval=0, clock=lambda: now[0])

    async def run() -> None:
        await courtesy.keep("rdap x", 200, "https://rdap.example/x", b"{}")
        kept = await courtesy.recall("rdap x")
        assert kept is not None
        assert (kept.status, kept.body, kept.asked_at) == (200, b"{}", NOW)
        assert await StoredCourtesy(engine, interval=0, fresh=True).recall("rdap x") is None
        now[0] = NOW + timedelta(hours=25)
        assert await courtesy.recall("rdap x") is None

    asyncio.run(run())


def ask_twice(engine: Engine, reply: Reply) -> tuple[list[Enrichment], list[str]]:
    async def run() -> tuple[list[Enrichment], list[str]]:
        async with rdap_server(lambda _: reply) as rdap, whois_server(lambda _: Reply(b"x")) as whois:
            config = Config(data_dir=Path("/nowhere"), rdap_base=f"http://{rdap.address}", whois_server=whois.address)
            policy: EgressPolicy = offline_policy("shop.example", rdap)
            courtesy = StoredCourtesy(engine, interval=0)
            found = [
                await lookup_domain(
                    "shop.example", config=config, policy=policy, now=at, bounds=replace(QUICK), courtesy=courtesy
                )
                for at in (NOW, NOW + timedelta(minutes=1))
            ]
            return found, rdap.asked

    return asyncio.run(run())


def test_the_second_look_up_asks_nobody_and_says_when_the_first_did(engine: Engine) -> None:
    (first, second), asked = ask_twice(engine, Reply(BODY))
    assert asked == ["/domain/shop.example"]
    assert second.facts.registered_at == first.facts.registered_at
    assert next(entry for entry in second.facts.lookups if entry.service == "rdap").state is LookupState.FOUND
    assert second.raw["rdap"] == BODY


def test_a_throttling_server_is_left_alone_and_its_name_is_not_free(engine: Engine) -> None:
    (first, second), asked = ask_twice(engine, Reply(b"", 429))
    assert asked == ["/domain/shop.example"]
    assert [each.facts.state("rdap") for each in (first, second)] == [LookupState.THROTTLED] * 2


GUEST = """
import asyncio, sys
from datetime import UTC, datetime
from crawler.enrichment.courtesy_rows import StoredCourtesy
from storage.db import open_engine

async def run():
    guest = StoredCourtesy(open_engine(sys.argv[1]), interval=0.05)
    for _ in range(int(sys.argv[2])):
        assert await guest.turn("rdap.example", 60) is None
        print(datetime.now(UTC).isoformat(), flush=True)

asyncio.run(run())
"""


def test_two_processes_take_one_row_of_turns(sqlite_engine: Engine, sqlite_url: str) -> None:
    with sqlite_engine.begin() as connection:  # each turn as the database commits it, whoever took it
        connection.execute(text("CREATE TABLE slot (next_at TEXT)"))
        connection.execute(
            text(
                "CREATE TRIGGER slot_taken AFTER UPDATE OF next_at ON server_turn "
                "BEGIN INSERT INTO slot VALUES (NEW.next_at); END"
            )
        )
    words = [sys.executable, "-c", GUEST, sqlite_url, "8"]
    guests = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [guest.communicate(timeout=120)[0].split() for guest in guests]
    assert [(guest.returncode, len(lines)) for guest, lines in zip(guests, told, strict=True)] == [(0, 8), (0, 8)]
    with sqlite_engine.begin() as connection:
        rows = connection.execute(text("SELECT next_at FROM slot ORDER BY rowid")).scalars().all()
        connection.execute(text("DROP TABLE slot"))
    interval = timedelta(seconds=0.05)
    turns = [datetime.fromisoformat(row).replace(tzinfo=UTC) - interval for row in rows]
    assert len(turns) == 16
    assert all(later - earlier >= interval for earlier, later in pairwise(turns)), turns
    arrived = sorted(datetime.fromisoformat(line) for lines in told for line in lines)
    assert all(moment >= turn for moment, turn in zip(arrived, turns, strict=True)), "nobody came before his turn"


def test_who_waited_for_the_database_takes_no_turn_of_before(engine: Engine) -> None:
    moments = iter((NOW, *(NOW + timedelta(seconds=5),) * 5))  # five seconds passed until the row was his
    courtesy = StoredCourtesy(engine, interval=1, clock=lambda: next(moments))
    assert asyncio.run(courtesy.turn("rdap.example", 30)) is None
    with read_session(engine) as session:
        assert session.get_one(ServerTurn, "rdap.example").next_at == NOW + timedelta(seconds=6)
