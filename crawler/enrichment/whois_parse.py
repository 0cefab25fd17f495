"""Has a WHOIS answer parsed where parsing can be killed, and turns the record into a registration."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

from crawler.enrichment.answer import (
    MalformedAnswerError,
    Registration,
    aware,
    epp_status,
    host_names,
    is_withheld,
    plain,
)
from crawler.enrichment.whois_text import iana_id
from storage.owner_names import ORGANISATION

CHILD = Path(__file__).with_name("whois_child.py")
RECORD_BYTES = 1_000_000
FREE = 3  # the child's exit code

Record = dict[str, list[str]]


async def parse_whois(text: str, domain: str, *, seconds: float, child: Path = CHILD) -> Registration:
    """The registration in ``text``, already tamed. Raises MalformedAnswerError; also when the parser had to be killed.

    An answer of which nothing could be read gives an empty registration.
    """
    record = await _parsed(json.dumps({"domain": domain, "text": text}).encode(), seconds, child)
    company = _first(record, "org", "registrant_organization", "registrant_org")
    person = company or _first(record, "name", "registrant_name", "registrant")
    withheld = is_withheld(person)
    return Registration(
        registrar=_first(record, "registrar", "sponsoring_registrar"),
        registrar_id=iana_id(text),
        registrant="" if withheld else person,
        registrant_kind=ORGANISATION if company and not withheld else "",
        registered_at=_time(record, "creation_date"),
        updated_at=_time(record, "updated_date"),
        expires_at=_time(record, "expiration_date"),
        statuses=_statuses(record),
        nameservers=host_names([value.split()[0] for value in record.get("name_servers", []) if value.split()]),
        withheld=withheld,
    )


async def _parsed(question: bytes, seconds: float, child: Path) -> Record:
    # -I: neither the working directory nor PYTHON* variables choose what the child imports.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(child),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate(question)
    except TimeoutError as error:
        raise MalformedAnswerError(f"not parsed within {seconds:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == FREE:
        return {}  # the parser's guess; only our own reading of the opening may call a name free
    if process.returncode != 0 or len(out) > RECORD_BYTES:
        reason = plain(err.decode("utf-8", "replace")[-200:]) or f"exit code {process.returncode}"
        raise MalformedAnswerError(f"not readable ({reason})")
    return _record(out)


def _record(out: bytes) -> Record:
    try:
        record = json.loads(out)
    except ValueError as error:
        raise MalformedAnswerError("not readable (the parser wrote no record)") from error
    if not isinstance(record, dict):
        raise MalformedAnswerError("not readable (the parser wrote no record)")
    return {name: values for name, values in record.items() if isinstance(values, list)}


def _first(record: Record, *keys: str) -> str:
    return next((text for key in keys for value in record.get(key, []) if (text := plain(value))), "")


def _time(record: Record, key: str) -> datetime | None:
    """The first that reads as a time: later ones are a registrar's or a stranger's."""
    for value in record.get(key, []):
        try:
            return aware(datetime.fromisoformat(value))
        except ValueError:
            continue
    return None


def _statuses(record: Record) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(epp_status, record.get("status", [])))))[:16]
