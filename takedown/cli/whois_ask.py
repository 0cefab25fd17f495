"""The work behind `lachan whois` and `lachan contacts`: asks, records, and gives back what is known."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crawler.config import Config
    from crawler.detection.facts import DomainFacts
    from crawler.enrichment.bulk import BulkReport
    from crawler.enrichment.due import DueReport
    from crawler.enrichment.neighbours import Shared
    from crawler.enrichment.statements import Conflict

VIETNAM = timezone(timedelta(hours=7))
LIST_BYTES = 20_000_000
PROGRESS_SECONDS = 2.0
REFRESH_SECONDS = 20.0


@dataclass(frozen=True)
class Found:
    """One look-up as recorded, with what is known beside it."""

    record_id: int
    facts: "DomainFacts"
    conflicts: "tuple[Conflict, ...]"
    shared: "tuple[Shared, ...]"
    raw: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The record, the digests of its raw answers, conflicts and neighbours."""
        from dataclasses import asdict

        from crawler.enrichment import domain_facts_to_json

        return {
            "record": self.record_id,
            **domain_facts_to_json(self.facts),
            "conflicts": [asdict(conflict) for conflict in self.conflicts],
            "shared": [asdict(shared) for shared in self.shared],
            "raw": self.raw,
        }


def read_host(what: str) -> str:
    """The host in a domain, address or URL. Raises WrongUsageError with the remedy."""
    from seeds import Seed, parse_target
    from takedown.cli.faults import WrongUsageError

    target = parse_target(what)
    if not isinstance(target, Seed):
        raise WrongUsageError(target.said("en"), target.said("vi"))
    return target.host


def ask_one(what: str, config: "Config", *, fresh: bool) -> Found:
    """Looks one host up and records it."""
    from crawler.bounds import DEFAULT_BOUNDS
    from crawler.enrichment import lookup_domain
    from crawler.enrichment.courtesy_rows import StoredCourtesy
    from crawler.enrichment.record import record_domain
    from storage.db import write_session
    from storage.vault import Vault
    from takedown.cli.opening import open_store, opened_database

    host = read_host(what)
    policy = config.egress_policy()
    with opened_database(config, make=True) as engine:
        vault = Vault.load_if_set(config.records_key_file)
        courtesy = StoredCourtesy(engine, interval=config.lookup_interval, fresh=fresh, vault=vault)
        found = asyncio.run(
            lookup_domain(
                host, config=config, policy=policy, now=datetime.now(UTC), bounds=DEFAULT_BOUNDS, courtesy=courtesy
            )
        )
        with write_session(engine) as session:
            number = record_domain(session, found, open_store(config), vault)
            session.commit()
        return _found(engine, number)


def ask_many(file: Path, config: "Config", language: str) -> "BulkReport":
    """Looks a list up, from where an earlier run ended; progress goes to standard error."""
    from crawler.enrichment.bulk import plan_bulk, run_bulk
    from crawler.lock import SweepLock
    from storage.db import write_session
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store, opened_database
    from takedown.cli.shown import complain, in_language

    lines = _read_file(file, LIST_BYTES).decode("utf-8-sig", "replace").splitlines()
    policy = config.egress_policy()
    words = in_language(language, "{}/{} tên đã tra, {} còn chờ", "{}/{} names looked up, {} waiting")
    shown = [0.0]

    def progress(report: "BulkReport") -> None:
        if time.monotonic() - shown[0] >= PROGRESS_SECONDS or not report.waiting:
            shown[0] = time.monotonic()
            complain(words.format(report.done, report.total, report.waiting))

    with opened_database(config, make=True) as engine, SweepLock(config.data_dir / "bulk.lock"):
        try:
            with write_session(engine) as session:
                batch = plan_bulk(session, lines, now=datetime.now(UTC))
                session.commit()
        except ValueError as error:
            raise WrongUsageError(f"{file}: {error}", f"{file}: {error}") from error
        return asyncio.run(run_bulk(engine, open_store(config), batch, config=config, policy=policy, progress=progress))


def ask_due(config: "Config", language: str, *, most: int) -> "DueReport":
    """Looks up whatever is due to be asked again; progress goes to standard error."""
    from crawler.enrichment.due import run_due
    from crawler.lock import SweepLock
    from takedown.cli.opening import open_store, opened_database
    from takedown.cli.shown import complain, in_language

    policy = config.egress_policy()
    words = in_language(language, "{}/{} máy chủ đã hỏi lại", "{}/{} hosts asked about again")
    shown = [0.0]

    def progress(asked: int, total: int) -> None:
        if time.monotonic() - shown[0] >= PROGRESS_SECONDS or asked == total:
            shown[0] = time.monotonic()
            complain(words.format(asked, total))

    with opened_database(config, make=True) as engine, SweepLock(config.data_dir / "bulk.lock"):
        part = run_due(engine, open_store(config), config=config, policy=policy, progress=progress, limit=most)
        return asyncio.run(part)


def record_by_hand(
    domain: str, config: "Config", *, paste: Path, screenshot: Path, officer: str, source: str, at: datetime | None
) -> tuple[Found, tuple[str, ...]]:
    """Records an officer's look-up; also the lines of the text that no label explains."""
    from crawler.enrichment.officer import PASTE_BYTES, PICTURE_BYTES, UnusablePictureError, record_paste
    from crawler.enrichment.registry_paste import UnreadablePasteError
    from seeds import registrable_domain
    from storage.db import write_session
    from storage.vault import Vault
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store, opened_database

    name = registrable_domain(read_host(domain))
    if not officer.strip() or not source.strip():
        raise WrongUsageError(
            "--officer and --source must say who looked it up, and where",
            "--officer và --source phải nêu ai tra, và tra ở đâu",
        )
    now = datetime.now(UTC)
    looked_at = now if at is None else (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).astimezone(UTC)
    if looked_at > now + timedelta(minutes=5):
        raise WrongUsageError(
            f"--at {at} lies in the future; give the time in Vietnam's zone",
            f"--at {at} nằm ở tương lai; ghi giờ theo múi giờ Việt Nam",
        )
    text, picture = _read_file(paste, PASTE_BYTES), _read_file(screenshot, PICTURE_BYTES)
    with opened_database(config, make=True) as engine:
        try:
            with write_session(engine) as session:
                recorded = record_paste(
                    session,
                    open_store(config),
                    Vault.load_if_set(config.records_key_file),
                    domain=name,
                    text=text,
                    picture=picture,
                    officer=officer,
                    source=source,
                    looked_at=looked_at,
                    now=now,
                )
                session.commit()
        except UnreadablePasteError as error:
            raise WrongUsageError(f"{paste}: {error}", f"{paste}: {error.vi}") from error
        except UnusablePictureError as error:
            raise WrongUsageError(f"{screenshot}: {error}", f"{screenshot}: {error.vi}") from error
        return _found(engine, recorded.record_id), recorded.unread


def kept_history(domain: str, config: "Config") -> dict[str, Any]:
    """The domain's records, oldest first, and the changes between them."""
    from sqlmodel import col, select

    from seeds import registrable_domain
    from storage.db import read_session
    from storage.models import DomainChange, DomainRecord
    from takedown.cli.opening import opened_database

    name = registrable_domain(read_host(domain))
    with opened_database(config) as engine, read_session(engine) as session:
        records = session.exec(
            select(DomainRecord).where(DomainRecord.domain == name).order_by(col(DomainRecord.looked_up_at))
        ).all()
        changes = session.exec(
            select(DomainChange).where(DomainChange.domain == name).order_by(col(DomainChange.id))
        ).all()
        return {
            "domain": name,
            "records": [
                {"record": row.id, "host": row.host, "at": row.looked_up_at, "lookups": row.lookups, "raw": row.raw}
                for row in records
            ],
            "changes": [
                {"field": row.field, "before": row.before, "after": row.after, "at": row.noticed_at,
                 "records": [row.old_record_id, row.new_record_id]}
                for row in changes
            ],
        }  # fmt: skip


def refresh_bootstraps(config: "Config") -> dict[str, int | str]:
    """Entries of each table, or why it could not be had."""
    from crawler.egress.http import FetchError
    from crawler.enrichment.address_bootstrap import refresh_address_bootstrap
    from crawler.enrichment.answer import MalformedAnswerError
    from crawler.enrichment.bootstrap import refresh_bootstrap
    from crawler.errors import EgressRefusedError

    policy = config.egress_policy()
    now = datetime.now(UTC)
    found: dict[str, int | str] = {}
    for name in ("dns", "ipv4", "ipv6"):
        try:
            if name == "dns":
                part = refresh_bootstrap(config, policy=policy, now=now, seconds=REFRESH_SECONDS)
            else:
                part = refresh_address_bootstrap(
                    int(name[-1]), config=config, policy=policy, now=now, seconds=REFRESH_SECONDS
                )
            found[name] = asyncio.run(part)
        except (FetchError, EgressRefusedError, MalformedAnswerError) as error:
            found[name] = str(error)
    return found


def _found(engine: "Engine", number: int) -> Found:
    from crawler.enrichment import domain_facts_from_json
    from crawler.enrichment.neighbours import neighbours
    from crawler.enrichment.statements import conflicts
    from storage.db import read_session
    from storage.models import DomainRecord

    with read_session(engine) as session:
        row = session.get_one(DomainRecord, number)
        facts = domain_facts_from_json(row.facts)
        return Found(number, facts, conflicts(facts), neighbours(session, facts), dict(row.raw))


def _read_file(path: Path, most: int) -> bytes:
    """At most ``most`` bytes. Raises WrongUsageError with the remedy."""
    from takedown.cli.faults import WrongUsageError

    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise WrongUsageError(
            f"{path}: {error.strerror or error}; name a file that can be read",
            f"{path}: {error.strerror or error}; nêu tệp đọc được",
        ) from error
    if len(data) > most:
        raise WrongUsageError(
            f"{path}: longer than {most} bytes; give a smaller file", f"{path}: dài hơn {most} byte; đưa tệp nhỏ hơn"
        )
    return data
