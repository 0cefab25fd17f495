"""Fetches the RDAP bootstrap registry at most once a week, and keeps a copy of it in the data folder."""

import logging
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawler.config import Config
from crawler.egress.http import FetchError, HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import MalformedAnswerError, plain
from crawler.enrichment.bootstrap_json import MAX_BYTES, Bootstrap, copy_bytes, parse_bootstrap, parse_copy
from crawler.enrichment.turns import Turns
from crawler.errors import EgressRefusedError

logger = logging.getLogger(__name__)
COPY = "rdap-bootstrap.json"
KEPT = timedelta(days=7)
PAUSE = timedelta(hours=1)  # between two attempts of one process
_HEADERS = {"Accept": "application/json", "User-Agent": "lachan (domain look-up)"}


@dataclass(frozen=True, slots=True)
class NoBootstrap:
    """It could not be had; ``reason`` says why."""

    reason: str


@dataclass(slots=True)
class _Memory:
    """What this process knows of one bootstrap, and when it last tried."""

    kept: Bootstrap | None = None
    tried_at: datetime | None = None
    fault: str = ""
    turns: Turns = field(default_factory=Turns)


_MEMORIES: dict[tuple[Path, str], _Memory] = {}


async def lookup_bootstrap(
    config: Config, *, policy: EgressPolicy, now: datetime, seconds: float
) -> Bootstrap | NoBootstrap:
    """The bootstrap: this week's from memory or from the copy, else fetched within ``seconds``, else an older one."""
    path, url = config.data_dir.absolute() / COPY, config.rdap_bootstrap
    memory = _MEMORIES.setdefault((path, url), _Memory())
    async with memory.turns.lock():
        if not _is_fresh(memory.kept, now):
            memory.kept = load_copy(path, url, now) or memory.kept
        if not _is_fresh(memory.kept, now) and _may_try(memory.tried_at, now):
            # Noted first: an attempt that is cancelled half-way is an attempt.
            memory.tried_at, memory.fault = now, "no answer in time"
            try:
                memory.kept = await _fetch(url, policy, now, seconds)
            except (FetchError, EgressRefusedError, MalformedAnswerError) as error:
                memory.fault = plain(str(error))
                logger.warning("the RDAP bootstrap could not be fetched: %s", memory.fault)
            else:
                _write(path, memory.kept)
        return memory.kept or NoBootstrap(memory.fault)


async def refresh_bootstrap(config: Config, *, policy: EgressPolicy, now: datetime, seconds: float) -> int:
    """Fetches it anew, whatever the copy's age; how many endings it names.

    Raises FetchError, EgressRefusedError or MalformedAnswerError.
    """
    path, url = config.data_dir.absolute() / COPY, config.rdap_bootstrap
    fetched = await _fetch(url, policy, now, seconds)
    _MEMORIES.setdefault((path, url), _Memory()).kept = fetched
    _write(path, fetched)
    return len(fetched.services)


def load_copy(path: Path, url: str, now: datetime) -> Bootstrap | None:
    """The copy at ``path``; None when there is none, or it is damaged, of another source or of a day to come."""
    try:
        with path.open("rb") as file:
            kept = parse_copy(file.read(MAX_BYTES + 1))
    except FileNotFoundError:
        return None
    except (OSError, MalformedAnswerError) as error:
        logger.warning("%s is not used: %s", path, error)
        return None
    return kept if kept.source == url and kept.fetched_at <= now else None


async def _fetch(url: str, policy: EgressPolicy, now: datetime, seconds: float) -> Bootstrap:
    async with HttpClient(policy) as http:
        answer = await http.fetch("GET", url, headers=_HEADERS, max_bytes=MAX_BYTES, seconds=seconds)
    if answer.status != 200 or answer.truncated:
        what = f"longer than {MAX_BYTES} bytes" if answer.status == 200 else f"HTTP {answer.status}"
        raise MalformedAnswerError(f"{url}: {what}")
    try:
        return parse_bootstrap(answer.body, url, now)
    except MalformedAnswerError as error:
        raise MalformedAnswerError(f"{url}: {error}") from error


def _write(path: Path, bootstrap: Bootstrap) -> None:
    """Whole or not at all; a copy that cannot be written costs the next process a fetch and nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{COPY}.", delete=False) as file:
            try:
                file.write(copy_bytes(bootstrap))
                file.close()
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink()
                raise
    except OSError as error:
        logger.warning("%s could not be written: %s", path, error)


def _is_fresh(kept: Bootstrap | None, now: datetime) -> bool:
    return kept is not None and timedelta() <= now - kept.fetched_at < KEPT


def _may_try(tried_at: datetime | None, now: datetime) -> bool:
    return tried_at is None or abs(now - tried_at) >= PAUSE
