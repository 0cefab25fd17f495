"""Whose registry throttled or was late is asked again when its time has come, within the same turns."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from crawler.config import Config
from crawler.detection.facts import LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.bulk import BOUNDS, few_at_once
from crawler.enrichment.courtesy_rows import StoredCourtesy
from crawler.enrichment.ended import registry_state
from crawler.enrichment.lookup import Enrichment, lookup_domain
from crawler.enrichment.record import record_domain
from crawler.frontier import bring_forward
from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import LookupDue
from storage.vault import Vault

AT_MOST = 2000  # hosts of one run


@dataclass(frozen=True, slots=True)
class DueReport:
    """``asked``: hosts of this run; ``settled``: those whose registry has answered now, in whatever way; ``later``:
    those that are due at a later time; ``given_up``: those that only a person asks again."""

    asked: int
    settled: int
    later: int
    given_up: int


async def run_due(
    engine: Engine,
    store: ArtifactStore,
    *,
    config: Config,
    policy: EgressPolicy,
    progress: Callable[[int, int], None],
    limit: int = AT_MOST,
) -> DueReport:
    """Asks once about each host that is due, recorded as soon as it is known. ``progress``: (asked, of how many).

    A run that ends early loses nothing: what it did not ask about is still due.
    """
    vault = Vault.load_if_set(config.records_key_file)
    courtesy = StoredCourtesy(engine, interval=config.lookup_interval, vault=vault)
    hosts = await asyncio.to_thread(_due_hosts, engine, datetime.now(UTC), limit)
    settled: list[str] = []

    async def look_up(host: str) -> None:
        found = await lookup_domain(
            host, config=config, policy=policy, now=datetime.now(UTC), bounds=BOUNDS, courtesy=courtesy
        )
        if await asyncio.to_thread(_record, found):
            settled.append(host)
        asked[0] += 1
        progress(asked[0], len(hosts))

    def _record(found: Enrichment) -> bool:
        with write_session(engine) as session:
            record_domain(session, found, store, vault)
            if registry_state(found.facts) is LookupState.FOUND:
                bring_forward(session, found.facts.host, now=datetime.now(UTC))
            waits = session.get(LookupDue, found.facts.host) is not None
            session.commit()
        return not waits

    asked = [0]
    await few_at_once([look_up(host) for host in hosts])
    return await asyncio.to_thread(_report, engine, len(hosts), len(settled))


def _due_hosts(engine: Engine, now: datetime, limit: int) -> list[str]:
    with read_session(engine) as session:
        query = select(LookupDue.host).where(col(LookupDue.due_at) <= now)
        return list(session.exec(query.order_by(col(LookupDue.due_at), col(LookupDue.host)).limit(limit)))


def _report(engine: Engine, asked: int, settled: int) -> DueReport:
    with read_session(engine) as session:
        later, given_up = counted(session)
    return DueReport(asked, settled, later, given_up)


def counted(session: Session) -> tuple[int, int]:
    """(hosts that wait for their time, hosts that only a person asks again)."""
    rows = session.exec(select(func.count(), func.count(col(LookupDue.due_at))).select_from(LookupDue)).one()
    return rows[1], rows[0] - rows[1]
