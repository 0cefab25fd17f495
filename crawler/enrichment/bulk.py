"""Looks up a list of names politely; what is not done when a run ends, by whatever end, is done by the next run."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.detection.facts import DomainFacts, LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.courtesy_rows import StoredCourtesy
from crawler.enrichment.ended import registry_state
from crawler.enrichment.lookup import Enrichment, lookup_domain
from crawler.enrichment.record import record_domain
from seeds import Seed, parse_target
from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import BulkItem
from storage.vault import Vault

WAITING, DONE, MALFORMED = "waiting", "done", "malformed"
MAX_NAMES = 200_000
ATTEMPTS = 4  # of a name whose registry throttles; then the throttling is the recorded state
AGAIN = timedelta(seconds=30)  # until a throttled name is tried again, doubled each time
AT_ONCE = 8
BOUNDS = replace(DEFAULT_BOUNDS, lookup_seconds=120.0)  # most of it is waiting for a server's turn


@dataclass(frozen=True, slots=True)
class BulkReport:
    """Where a list stands: how many names are in which state, and how the done ones' registries answered."""

    batch: str
    total: int
    done: int
    waiting: int
    malformed: int
    states: tuple[tuple[str, int], ...] = ()


def plan_bulk(session: Session, lines: Sequence[str], *, now: datetime) -> str:
    """Notes every name of the list once, malformed ones with their reason; the list's own key. Does not commit.

    The same list given again is the same batch. Raises ValueError for an empty or too long list.
    """
    names = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    names = [(number, line) for number, line in names if line and not line.startswith("#")]
    if not names or len(names) > MAX_NAMES:
        raise ValueError(f"the list has {len(names)} names; give 1 to {MAX_NAMES}, one a line")
    batch = hashlib.sha256("\n".join(line for _, line in names).encode("utf-8", "replace")).hexdigest()
    known = set(session.exec(select(BulkItem.host).where(BulkItem.batch == batch)).all())
    for number, line in names:
        seed = parse_target(line, path="list", line=number)
        host = seed.host if isinstance(seed, Seed) else line[:255]
        if host in known:
            continue
        known.add(host)
        state, reason = (WAITING, "") if isinstance(seed, Seed) else (MALFORMED, str(seed))
        session.add(BulkItem(batch=batch, line=number, host=host, state=state, due_at=now, reason=reason))
    session.flush()
    return batch


async def run_bulk(
    engine: Engine,
    store: ArtifactStore,
    batch: str,
    *,
    config: Config,
    policy: EgressPolicy,
    progress: Callable[[BulkReport], None],
    again: timedelta = AGAIN,
) -> BulkReport:
    """Looks up what waits, a few names at once, each recorded as soon as it is known."""
    vault = Vault.load_if_set(config.records_key_file)
    courtesy = StoredCourtesy(engine, interval=config.lookup_interval, vault=vault)

    async def look_up(item_id: int, host: str) -> None:
        found = await lookup_domain(
            host, config=config, policy=policy, now=datetime.now(UTC), bounds=BOUNDS, courtesy=courtesy
        )
        await asyncio.to_thread(_settle, item_id, found.facts, found.raw)
        progress(await asyncio.to_thread(report))

    def _settle(item_id: int, facts: DomainFacts, raw: dict[str, bytes]) -> None:
        with write_session(engine) as session:
            item = session.get_one(BulkItem, item_id)
            item.attempts += 1
            state = registry_state(facts)
            if state is LookupState.THROTTLED and item.attempts < ATTEMPTS:
                item.due_at = datetime.now(UTC) + again * 2 ** (item.attempts - 1)
                item.reason = state.value
            else:
                item.record_id = record_domain(session, Enrichment(facts, raw), store, vault)
                item.state, item.done_at, item.reason = DONE, datetime.now(UTC), state.value
            session.add(item)
            session.commit()

    def report() -> BulkReport:
        with read_session(engine) as session:
            return bulk_report(session, batch)

    while True:
        due, sleep = await asyncio.to_thread(_due, engine, batch)
        if not due and sleep is None:
            return report()
        if not due:
            await asyncio.sleep(min(sleep or 0.0, 5.0))
            continue
        await few_at_once([look_up(number, host) for number, host in due])


async def few_at_once(parts: Sequence[Coroutine[None, None, None]]) -> None:
    """Runs them, ``AT_ONCE`` at a time; the first that raises stops all."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(part: Coroutine[None, None, None]) -> None:
        async with gate:
            await part

    async with asyncio.TaskGroup() as group:
        for part in parts:
            group.create_task(one(part))


def _due(engine: Engine, batch: str) -> tuple[list[tuple[int, str]], float | None]:
    """The next names to look up, else the seconds until one is due; None: nothing waits."""
    now = datetime.now(UTC)
    with read_session(engine) as session:
        waits = select(BulkItem).where(BulkItem.batch == batch, BulkItem.state == WAITING)
        rows = session.exec(waits.order_by(col(BulkItem.due_at), col(BulkItem.id)).limit(8 * AT_ONCE)).all()
    due = [(row.id, row.host) for row in rows if row.due_at <= now and row.id is not None]
    return due, (rows[0].due_at - now).total_seconds() if rows else None


def bulk_report(session: Session, batch: str) -> BulkReport:
    """Where the list stands."""
    counted = session.exec(
        select(BulkItem.state, BulkItem.reason, func.count())
        .where(BulkItem.batch == batch)
        .group_by(col(BulkItem.state), col(BulkItem.reason))
    ).all()
    totals: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for state, reason, number in counted:
        totals[state] += number
        if state == DONE:
            states[reason] += number
    return BulkReport(
        batch, totals.total(), totals[DONE], totals[WAITING], totals[MALFORMED], tuple(states.most_common())
    )
