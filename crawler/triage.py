"""Triage: a stream of names in, those that look like fraud out, and on request into the frontier."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import Engine

from crawler.detection.names.index import NameIndex
from crawler.detection.names.judge import judge_name
from crawler.detection.names.judgement import NameJudgement
from crawler.detection.score import Level
from crawler.feeds.lists import NameEntry
from crawler.frontier import WantedTarget, add_targets
from seeds import Protected, Seed, parse_target
from storage.db import write_session

_AT_ONCE = 500
_PRIORITIES = {Level.SUSPICIOUS: 20, Level.WATCH: 0}


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name at or above the level that was asked for. ``source``: where it was read."""

    judged: NameJudgement
    source: str


@dataclass(slots=True)
class TriageCounts:
    """What went through a triage."""

    names: int = 0
    hits: int = 0
    protected: int = 0  # hits that the list of whom never to report spares
    added: int = 0  # new targets
    known: int = 0  # targets that were there before
    levels: Counter[str] = field(default_factory=Counter)


def triage(
    entries: Iterable[NameEntry], index: NameIndex, protected: Protected, least: Level, counts: TriageCounts
) -> Iterator[NameHit]:
    """The names that score ``least`` or more, in the order of the stream and in flat memory."""
    for entry in entries:
        judged = judge_name(entry.name, index)
        counts.names += 1
        counts.levels[judged.level] += 1
        if judged.level.rank < least.rank:
            continue
        if judged.level is not Level.CLEAN and protected.match(judged.host):
            counts.protected += 1
            continue
        counts.hits += 1
        yield NameHit(judged, entry.source)


def add_hits(engine: Engine, hits: Iterable[NameHit], now: datetime, counts: TriageCounts) -> Iterator[NameHit]:
    """Passes the hits on, each after it has become a target; a stop loses one batch at most."""
    remaining = iter(hits)
    while batch := list(islice(remaining, _AT_ONCE)):
        wanted = [target for hit in batch if (target := as_target(hit))]
        with write_session(engine) as session:
            result = add_targets(session, wanted, now=now)
            session.commit()
        counts.added += result.added
        counts.known += result.known
        yield from batch


def as_target(hit: NameHit) -> WantedTarget | None:
    """The front page of a hit; None for a name that no browser could visit."""
    seed = parse_target(hit.judged.host, path=hit.source)
    if not isinstance(seed, Seed):
        return None
    priority = _PRIORITIES.get(hit.judged.level, 0)
    return WantedTarget(seed.url, seed.host, seed.domain, source=f"triage:{hit.source}"[:500], priority=priority)
