"""What others are asked about a site ends in one sum, however slow each of them is: on a clock that jumps."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.detection.facts import LookupState
from crawler.detection.score import Level
from crawler.egress import dns
from crawler.egress.dns import TYPES, ask_name_servers
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import lookup, servers
from crawler.evidence import timestamp
from crawler.evidence.seal import record_observation, seal
from crawler.evidence.timestamp import Stamper, stamp_pending
from crawler.examined import Examination, SeenPage, failed_examination
from crawler.extensions.workbench import Workbench
from crawler.frontier import LeasedTarget
from crawler.pipelines import seal as sealing
from crawler.pipelines.enrich import EnrichPipeline
from crawler.pipelines.seal import SealPipeline
from crawler.visit import DnsAnswer, Redirect
from storage.artifacts import ArtifactStore
from tests.crawler.evidence.visits import plain_visit
from tests.crawler.jumping_clock import on_a_jumping_clock
from tests.crawler.test_site_time import NOW, at_once

HOST = "cham-shop.com"
TARGET = LeasedTarget(1, f"https://{HOST}/", HOST, HOST, "sweep", "", 0, "", NOW)


@pytest.fixture
def all_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name servers that answer in the last moment, registries and servers that never do."""

    async def at_the_last(policy: object, host: str, *, seconds: float, **_: object) -> tuple[DnsAnswer, ...]:
        await asyncio.sleep(seconds)
        return (DnsAnswer(name=host, type="A", values=(), error="late"),)

    async def never(*_: object, **__: object) -> None:
        await asyncio.sleep(10_000)

    monkeypatch.setattr(sealing, "ask_name_servers", at_the_last)
    monkeypatch.setattr(asyncio, "to_thread", at_once)
    monkeypatch.setattr(lookup, "lookup_rdap", never)
    monkeypatch.setattr(servers, "ask_dns", never)
    monkeypatch.setattr(servers, "ask_tls", never)


def flagged() -> Examination:
    """A site that is worth sealing and asking about, reached over three other hosts."""
    visit = replace(
        plain_visit(),
        requested_url=f"https://{HOST}/",
        final_url=f"https://{HOST}/x",
        redirects=tuple(Redirect(f"https://{n}.com/", 302, f"https://{n + 1}.com/") for n in range(3)),
        dns=(),
    )
    item = failed_examination(TARGET, visit, RuntimeError())
    return replace(item, pages=(SeenPage(visit),), score=replace(item.score, level=Level.LIKELY))


def workbench(engine: Engine, store: ArtifactStore) -> Workbench:
    """What the two steps use of one."""
    bench = SimpleNamespace(
        bounds=DEFAULT_BOUNDS,
        config=Config(enrich=True, timestamp_urls="http://authority.example/"),
        policy=EgressPolicy(),
        engine=engine,
        store=store,
        vault=None,
        audit_head=lambda: "",
        stopping=asyncio.Event(),
        stats=SimpleNamespace(inc_value=lambda *_: None),
    )
    return cast(Workbench, bench)


@pytest.mark.usefixtures("all_silent")
def test_name_servers_and_registries_share_one_bound(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    async def run() -> tuple[Examination, float]:
        bench = workbench(sqlite_engine, artifact_store)
        began = asyncio.get_running_loop().time()
        item = await EnrichPipeline(bench).process_item(await SealPipeline(bench).process_item(flagged()))
        return item, asyncio.get_running_loop().time() - began

    item, seconds = on_a_jumping_clock(run())
    assert DEFAULT_BOUNDS.lookup_seconds < seconds <= DEFAULT_BOUNDS.asking_seconds + 0.1
    assert item.asked == pytest.approx(DEFAULT_BOUNDS.step_seconds, abs=0.1)
    assert item.sealed, "what was seen is sealed before anybody is asked"
    assert item.enrichment is not None
    states = {each.service: each.state for each in item.enrichment.facts.lookups}
    assert {states[name] for name in ("rdap", "dns", "tls")} == {LookupState.TIMED_OUT}


def test_a_wait_for_a_thread_is_part_of_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    with ThreadPoolExecutor(1) as busy:
        busy.submit(held.wait)
        monkeypatch.setattr(dns, "_threads", lambda: busy)
        try:
            answers = on_a_jumping_clock(ask_name_servers(EgressPolicy(), HOST, seconds=8.0))
        finally:
            held.set()
    assert [answer.type for answer in answers] == list(TYPES)
    assert all(answer.error == "no time left" and answer.asked_at for answer in answers)


@pytest.mark.parametrize("authorities", [1, 4, 40])
def test_a_round_of_time_stamps_ends_whatever_the_authorities_do(
    sqlite_engine: Engine, artifact_store: ArtifactStore, monkeypatch: pytest.MonkeyPatch, authorities: int
) -> None:
    clock = SimpleNamespace(now=0.0)

    def post(*_: Any) -> bytes:
        clock.now += DEFAULT_BOUNDS.timestamp_seconds
        raise TimeoutError("no answer")

    monkeypatch.setattr(timestamp, "time", SimpleNamespace(monotonic=lambda: clock.now))
    urls = [f"http://{n}.example/" for n in range(authorities)]
    stamper = Stamper(urls, None, post, answer_seconds=DEFAULT_BOUNDS.timestamp_seconds)
    with Session(sqlite_engine) as session:
        sealed = seal(plain_visit(), store=artifact_store, sealed_at=NOW, rule_set="r1", audit_head="")
        record_observation(session, sealed, plain_visit(), target_id=None, now=NOW)
        session.commit()
        report = stamp_pending(session, artifact_store, stamper, NOW)
    asked = min(authorities, 4)
    assert clock.now == asked * DEFAULT_BOUNDS.timestamp_seconds <= DEFAULT_BOUNDS.stamping_seconds
    assert report.failed == report.pending == 1
    assert report.reason.count("no answer") == asked
    assert ("not asked in this round" in report.reason) == (authorities > asked)


def test_the_parts_fit_into_the_sums() -> None:
    bounds = DEFAULT_BOUNDS
    assert bounds.step_seconds + bounds.lookup_seconds / 2 < bounds.asking_seconds, "registries keep most of theirs"
    assert bounds.timestamp_seconds < bounds.stamping_seconds < bounds.last_stamping_seconds
