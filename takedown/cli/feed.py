"""`lachan feed`: new names from where they are published first."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crawler.config import Config
    from crawler.feeds.ct_feed import CtBatch, CtFeed
    from takedown.cli.triage import TriageOutput


def ct(
    log: Annotated[str, typer.Argument(metavar="URL", help="A log's address, as https://host/name/ of RFC 6962.")],
    most: Annotated[int, typer.Option("--max", min=1, max=10_000_000, help="Entries to read at most.")] = 10_000,
    start: Annotated[int | None, typer.Option("--from", min=0, help="Begin at this entry, not where it ended.")] = None,
    min_level: Annotated[str, typer.Option(help="Show from this level on: clean, watch or suspicious.")] = "suspicious",
    add: Annotated[bool, typer.Option("--add", help="Make what is shown targets of the next sweep.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Also write one JSON line a name, and a last one to sum up.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each name.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Triage the names of new certificates in a transparency log; the next run goes on where this one ended."""
    from crawler.feeds.ct_feed import CtFeed
    from crawler.feeds.ct_log import CtLog
    from crawler.feeds.ct_position import position_file
    from takedown.cli.configured import load_config
    from takedown.cli.triage import TriageOutput

    config = load_config()
    policy = config.egress_policy()
    source = CtLog(log, policy)
    with TriageOutput(min_level, add=add, report=report, as_json=as_json, english=english) as out:
        feed = CtFeed(source, position_file(config.data_dir, source.url), most, start)
        _read_all(feed, out, config)


def _read_all(feed: "CtFeed", out: "TriageOutput", config: "Config") -> None:
    from crawler.errors import CrawlerError

    faults: list[str] = []
    unreadable, place = 0, feed.start
    try:
        for batch in feed.batches():
            hits = out.run(batch.names, keep=True)
            if out.engine is not None:
                _note(out.engine, batch, hits, config)
            unreadable, place = unreadable + batch.unreadable, batch.end
    except CrawlerError as error:
        faults.append(str(error))
    out.finish(faults, unreadable, first=feed.start, next=place, tree_size=feed.head.size)


def _note(engine: "Engine", batch: "CtBatch", hits: list[str], config: "Config") -> None:
    """The first sight of what was found, and of what was known before, with the log's entry."""
    from datetime import UTC, datetime

    from crawler.enrichment.certificate_logs import note_sightings
    from storage.db import write_session
    from takedown.cli.opening import open_store

    with write_session(engine) as session:
        note_sightings(session, open_store(config), batch, hits, now=datetime.now(UTC))
        session.commit()
