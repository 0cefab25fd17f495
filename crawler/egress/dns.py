"""Asks the system's name servers what a host's records say, for the evidence; nothing here is dialled."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import dns.exception
import dns.rdatatype
import dns.resolver

from crawler.egress.hostname import parse_host
from crawler.egress.policy import EgressPolicy
from crawler.errors import EgressRefusedError
from crawler.visit import DnsAnswer

TYPES = ("A", "AAAA", "CNAME", "NS")
VALUES = 32  # of one answer
MAP = "egress map"


def lookup_dns(
    policy: EgressPolicy, host: str, *, port: int = 443, seconds: float = 6.0, types: tuple[str, ...] = TYPES
) -> tuple[DnsAnswer, ...]:
    """One answer a record type, in order, within ``seconds`` overall; an error is a value of the answer, never raised.

    NS is asked of the nearest parent that has it. A name of the operator's map answers from it, as ``server`` says.
    Each answer bears the time at which the questions began.
    """
    asked_at = datetime.now(UTC)
    answers = _answers(policy, host, port, seconds, types)
    return tuple(replace(answer, asked_at=asked_at) for answer in answers)


def _answers(
    policy: EgressPolicy, host: str, port: int, seconds: float, types: tuple[str, ...]
) -> tuple[DnsAnswer, ...]:
    try:
        parsed = parse_host(host)
    except EgressRefusedError as error:
        return (DnsAnswer(name=host[:253], type="A", values=(), error=str(error)),)
    if parsed.ip:
        return ()
    if mapped := policy.mapped(parsed.name, port):
        kind = "AAAA" if ":" in mapped.ip else "A"
        return (DnsAnswer(name=parsed.name, type=kind, values=(mapped.ip,), server=MAP),)
    try:
        resolver = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration as error:
        return tuple(DnsAnswer(name=parsed.name, type=kind, values=(), error=str(error)) for kind in types)
    deadline = time.monotonic() + seconds
    return tuple(_ask(resolver, parsed.name, kind, deadline) for kind in types)


def _ask(resolver: dns.resolver.Resolver, name: str, kind: str, deadline: float) -> DnsAnswer:
    left = deadline - time.monotonic()
    if left <= 0:
        return DnsAnswer(name=name, type=kind, values=(), error="no time left")
    try:
        answer = resolver.resolve(name, kind, lifetime=left, search=False)
    except dns.resolver.NoAnswer as error:
        parent = name.partition(".")[2]
        if kind == "NS" and "." in parent:
            return _ask(resolver, parent, kind, deadline)
        return DnsAnswer(name=name, type=kind, values=(), error=_reason(error))
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        return DnsAnswer(name=name, type=kind, values=(), error=_reason(error))
    values = tuple(sorted(record.to_text() for record in answer)[:VALUES])
    return DnsAnswer(name=name, type=kind, values=values, server=str(answer.nameserver or ""))


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
