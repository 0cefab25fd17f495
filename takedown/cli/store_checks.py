"""Checks of what the settings name: database, evidence store, browser, time-stamps, seeds, stuck work."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from crawler.config import Config
from takedown.cli.checks import Check, Health, as_root, guarded

_ENOUGH_BYTES = 2_000_000_000
_STUCK_ATTEMPTS = 4
_COUNTED_BYTES = 50_000_000


def check_stores(config: Config) -> Iterator[Check]:
    """Everything that the settings name; nothing is sent out."""
    yield from check_database(config)
    yield guarded("evidence store", lambda: check_store(config), "set LACHAN_ARTIFACTS_URL or LACHAN_DATA_DIR")
    yield guarded("witness", lambda: check_witness(config), "set LACHAN_WITNESS to a file that can be written")
    yield guarded("browser", lambda: check_browser(config), "make setup")
    yield guarded("time-stamps", lambda: check_authorities(config), "set LACHAN_TIMESTAMP_URLS")
    yield guarded("seeds", check_seeds, "lachan seeds check")


def check_database(config: Config) -> Iterator[Check]:
    """The database, and what waits in it."""
    from storage.db import open_engine

    file = config.database.removeprefix("sqlite:///")
    if file != config.database and not Path(file).exists():
        yield Check("database", Health.WARN, f"{file} is not there yet", "the first sweep makes it, or `make setup`")
        return
    opened: list[Engine] = []

    def look() -> Check:
        opened.append(open_engine(config.database))
        return check_tables(opened[0], config)

    found = guarded("database", look, "start the database or set LACHAN_DATABASE_URL")
    yield found
    if opened and found.health is Health.OK:
        yield from check_rows(opened[0], config)
    if opened:
        opened[0].dispose()


def check_tables(engine: Engine, config: Config) -> Check:
    """Version, room and revision of the tables."""
    from storage.db import probe

    seen = probe(engine)
    found = f"{seen.version} at {seen.where}"
    if not seen.writable:
        return Check("database", Health.FAIL, f"{found}: read only", "name the writable server in LACHAN_DATABASE_URL")
    if not seen.revision:
        return Check("database", Health.WARN, f"{found}: no tables yet", "the first sweep makes them, or `make setup`")
    if not seen.current:
        remedy = "`make setup` brings older tables up to date; newer ones need the newer program"
        return Check("database", Health.FAIL, f"{found}: its tables are at revision {seen.revision}", remedy)
    return _room("database", found, seen.free_bytes, config)


def check_rows(engine: Engine, config: Config) -> Iterator[Check]:
    """What waits or is stuck in the database."""
    from storage.db import read_session

    checks: dict[str, Callable[[Session, Config], Check]] = {
        "targets": check_targets,
        "pending time-stamps": check_pending,
        "intake": check_intake,
        "look-ups": check_lookups,
    }
    with read_session(engine) as session:
        for name, check in checks.items():
            yield guarded(name, lambda check=check: check(session, config), "lachan sweep --due")  # type: ignore[misc]
        yield guarded("search", lambda: check_search(session), "lachan search rebuild")


def check_targets(session: Session, config: Config) -> Check:
    """Leases whose time is over or whose holder has ended, and targets that fail again and again."""
    from crawler.lease_owner import owner_is_gone
    from storage.models import Target

    now = datetime.now(UTC)
    total = _count(session, col(Target.id).is_not(None))
    dead = _count(session, col(Target.lease_owner) != "", col(Target.lease_until) <= now)
    held = select(Target.lease_owner, func.count()).where(col(Target.lease_until) > now).group_by(Target.lease_owner)
    orphaned = sum(number for owner, number in session.exec(held) if owner_is_gone(owner))
    stuck = _count(session, col(Target.attempts) >= _STUCK_ATTEMPTS)
    found = (
        f"{total} known, {dead} with a lease that ran out, {orphaned} held by a process that ended, "
        f"{stuck} that failed {_STUCK_ATTEMPTS} times or more"
    )
    if dead or orphaned or stuck:
        return Check("targets", Health.WARN, found, "`lachan sweep --due` frees and tries them; reasons: --report FILE")
    return Check("targets", Health.OK, found)


def _count(session: Session, *conditions: object) -> int:
    from storage.models import Target

    return session.exec(select(func.count()).select_from(Target).where(*conditions)).one()  # type: ignore[arg-type]


def check_pending(session: Session, config: Config) -> Check:
    """Sealed visits that no authority has stamped yet."""
    from storage.models import Observation

    pending = session.exec(
        select(func.count()).select_from(Observation).where(Observation.timestamp_state == "pending")
    ).one()
    if pending:
        return Check("pending time-stamps", Health.WARN, f"{pending} visits wait for one", "lachan evidence stamp")
    return Check("pending time-stamps", Health.OK, "none")


def check_intake(session: Session, config: Config) -> Check:
    """Assessments that no sweep's end has put into the queue yet."""
    from storage.models import Assessment

    waiting = session.exec(
        select(func.count()).select_from(Assessment).where(col(Assessment.taken_in_at).is_(None))
    ).one()
    if waiting:
        return Check("intake", Health.WARN, f"{waiting} assessments wait for the queue", "lachan sweep --due")
    return Check("intake", Health.OK, "nothing waits")


def check_lookups(session: Session, config: Config) -> Check:
    """Hosts whose registry has not answered yet."""
    from crawler.enrichment.due import counted

    later, given_up = counted(session)
    found = f"{later} hosts wait to be asked about again, {given_up} were asked about in vain too often"
    if later or given_up:
        return Check("look-ups", Health.WARN, found, "`lachan whois due` from cron; by hand: lachan whois NAME")
    return Check("look-ups", Health.OK, "no registry owes an answer")


def check_search(session: Session) -> Check:
    """Whether every case is found by today's words, quickly."""
    from storage.search import search_faults

    faults = search_faults(session)
    if not faults:
        return Check("search", Health.OK, "every case is found by its words and indicators")
    remedy = "lachan search rebuild"
    if session.get_bind().dialect.name == "postgresql":
        remedy += "; PostgreSQL: `CREATE EXTENSION pg_trgm` takes its contrib package and the right to create"
    return Check("search", Health.WARN, "; ".join(faults), remedy)


def check_store(config: Config) -> Check:
    """Whether evidence can be written, and how much."""
    from takedown.cli.opening import open_store

    seen = open_store(config).probe()
    return _room("evidence store", seen.where, seen.free_bytes, config)


def check_witness(config: Config) -> Check:
    """Whether the log's heads can be noted, and how many were."""
    from storage.witness import append_line

    path = config.witness_file
    if not path.exists():
        return Check("witness", Health.WARN, f"{path} is not there yet", "the first sweep makes it")
    append_line(path, b"")  # raises where it cannot be written
    noted = path.read_bytes().count(b"\n") if path.stat().st_size < _COUNTED_BYTES else "many"
    found = f"{path}: {noted} heads of the audit log"
    if not config.witness:
        return Check("witness", Health.WARN, found, "set LACHAN_WITNESS to a file on another machine's disk")
    return Check("witness", Health.OK, found)


def _room(name: str, found: str, free: int | None, config: Config) -> Check:
    if free is None:
        return Check(name, Health.OK, found)
    words = f"{found}; {free / 1e9:.1f} GB free"
    if free < config.free_mb * 1_000_000:
        return Check(name, Health.FAIL, words, "make room on that disk, or set LACHAN_DATA_DIR to another")
    return Check(
        name, Health.WARN if free < _ENOUGH_BYTES else Health.OK, words, "make room" if free < _ENOUGH_BYTES else ""
    )


def check_browser(config: Config) -> Check:
    """The browser that a sweep would use, and whether its sandbox can work."""
    from crawler.errors import BrowserUnavailableError
    from crawler.rendering.browser import find_browser

    install = f"make setup, or: {as_root('apt-get install chromium chromium-sandbox fonts-noto-core')}"
    try:
        choice = find_browser(config.browser)
    except BrowserUnavailableError as error:
        lost = "pages are fetched, but nothing is rendered or photographed"
        health = Health.WARN if config.browser in {"auto", "off"} else Health.FAIL
        return Check("browser", health, f"{error}; {lost}", "" if config.browser == "off" else install)
    found = f"{choice.kind} {choice.version} at {choice.path}"
    if os.geteuid() == 0:
        return Check("browser", Health.WARN, f"{found}; no sandbox as root", "run sweeps as a plain user")
    return check_sandbox(found)


def check_sandbox(found: str) -> Check:
    """A plain user's Chromium is sandboxed by user namespaces or by its setuid helper."""
    switch = Path("/proc/sys/kernel/unprivileged_userns_clone")
    restricted = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    spaces = not (switch.exists() and switch.read_text().strip() == "0")
    spaces = spaces and not (restricted.exists() and restricted.read_text().strip() == "1")
    if spaces or Path("/usr/lib/chromium/chrome-sandbox").exists():
        return Check("browser", Health.OK, f"{found}; sandboxed")
    return Check("browser", Health.WARN, f"{found}; no sandbox here", as_root("apt-get install chromium-sandbox"))


def check_authorities(config: Config) -> Check:
    """The time-stamp authorities that are set; they are not asked."""
    urls = [url.strip() for url in config.timestamp_urls.split(",") if url.strip()]
    if not urls:
        remedy = "set LACHAN_TIMESTAMP_URLS to RFC 3161 authorities"
        return Check("time-stamps", Health.WARN, "no authority: seals bear only our own clock", remedy)
    if config.timestamp_ca and not Path(config.timestamp_ca).is_file():
        return Check("time-stamps", Health.FAIL, f"{config.timestamp_ca} is not there", "mend LACHAN_TIMESTAMP_CA")
    return Check("time-stamps", Health.OK, f"{len(urls)}: {', '.join(urls)}")


def check_seeds() -> Check:
    """The seed files that ship."""
    from seeds import check_all

    report = check_all()
    if report.problems:
        found = f"{len(report.problems)} problems, the first: {report.problems[0]}"
        return Check("seeds", Health.FAIL, found, "lachan seeds check")
    return Check("seeds", Health.OK, f"{report.seeds} entries in {len(report.files)} files")
