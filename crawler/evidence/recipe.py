"""The recipe of a visit: how it was made, by what, how it ended and what it could not capture, as JSON."""

import json
import ssl
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from platform import python_version
from typing import Any

from crawler.visit import DnsAnswer, TlsChain, Vantage, Visit

FORMAT = "lachan-visit-1"
OUR_TOOLS = {"lachan": version("lachan"), "python": python_version()}

_CAPTURES = (("dom", "dom"), ("mhtml", "mhtml"), ("screenshot", "screenshot"), ("tls", "tls"), ("dns", "dns"))


def compose_recipe(
    visit: Visit, *, sealed_at: datetime, rule_set: str, audit_head: str, skipped: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """The document of ``visit.json``; ``skipped`` are exchanges that the WARC could not hold."""
    return {
        "format": FORMAT,
        "requested_url": visit.requested_url,
        "final_url": visit.final_url,
        "outcome": str(visit.outcome),
        "reason": visit.reason,
        "status": visit.status,
        "content_type": visit.content_type,
        "started_at": instant(visit.started_at),
        "finished_at": instant(visit.finished_at),
        "sealed_at": instant(sealed_at),
        "vantage": vantage_json(visit.vantage),
        "robots": visit.robots,
        "body_sha256": body_digest(visit),
        "exchanges": len(visit.exchanges),
        "missing": [{"what": what, "reason": reason} for what, reason in _missing(visit)],
        "left_out": [{"url": url, "reason": reason} for url, reason in skipped],
        "notes": list(visit.notes),
        "tools": {**OUR_TOOLS, **dict(visit.tools)},
        "rule_set": rule_set,
        "audit_head": audit_head,
    }


def vantage_json(vantage: Vantage) -> dict[str, Any]:
    """What the site could see of us: a plain fetch has neither a screen nor a time zone."""
    seen = asdict(vantage)
    if vantage.method == "fetch":
        for name in ("width", "height", "scale", "mobile", "timezone"):
            del seen[name]
    return seen


def body_digest(visit: Visit) -> str:
    """SHA-256 of the document that was read, or "" where there was none."""
    return sha256(visit.html).hexdigest() if visit.html else ""


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def dump_json(document: object) -> bytes:
    """Readable JSON with sorted keys; half a surrogate pair from a hostile page becomes an escape."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def redirects_json(visit: Visit) -> bytes:
    return dump_json([asdict(redirect) for redirect in visit.redirects])


def dns_json(answers: tuple[DnsAnswer, ...]) -> bytes:
    """The answers, each with the time at which it was asked for."""
    timed = ((answer, instant(answer.asked_at) if answer.asked_at else "") for answer in answers)
    return dump_json([{**asdict(answer), "asked_at": asked_at} for answer, asked_at in timed])


def tls_json(tls: TlsChain) -> bytes:
    """The connection's TLS facts; ``chain`` holds the certificates' SHA-256 fingerprints, leaf first."""
    return dump_json(
        {
            "host": tls.host,
            "protocol": tls.protocol,
            "cipher": tls.cipher,
            "verified": tls.verified,
            "error": tls.error,
            "chain": [sha256(certificate).hexdigest() for certificate in tls.chain],
        }
    )


def tls_pem(tls: TlsChain) -> bytes:
    """The chain as PEM, leaf first."""
    return "".join(ssl.DER_cert_to_PEM_cert(certificate) for certificate in tls.chain).encode("ascii")


def _missing(visit: Visit) -> Iterator[tuple[str, str]]:
    yield from visit.missing
    told = {what.lower() for what, _ in visit.missing}
    for what, attribute in _CAPTURES:
        if not getattr(visit, attribute) and what not in told:
            rendered = what in {"dom", "mhtml", "screenshot"}
            if rendered and visit.vantage.method == "fetch":
                yield what, "a plain fetch renders nothing"
            elif what == "tls" and (visit.final_url or visit.requested_url).lower().startswith("http:"):
                yield what, "no TLS: the address is http"
            else:
                yield what, "not captured, and no reason was noted"
