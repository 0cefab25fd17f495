"""Asks the system's name servers what a host's records say, for the evidence; nothing here is dialled."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial

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
LATE = "no time left"
THREADS = 32
MARGIN_SECONDS = 0.3  # questions end before nobody waits for them any more


async def ask_name_servers(
    policy: EgressPolicy, host: str, *, port: int = 443, seconds: float = 6.0, types: tuple[str, ...] = TYPES
) -> tuple[DnsAnswer, ...]:
    """``lookup_dns`` without blocking the loop, in threads that silent name servers keep from nothing else.

    Ends within ``seconds``, the wait for a thread included; what was not asked by then says so.
    """
    deadline = time.monotonic() + seconds - MARGIN_SECONDS
    asked_at = datetime.now(UTC)
    asking = partial(_before, deadline, policy, host, port, types)
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.get_running_loop().run_in_executor(_threads(), asking)
    except TimeoutError:
        return tuple(DnsAnswer(name=host[:253], type=kind, values=(), error=LATE, asked_at=asked_at) for kind in types)


def _before(
    deadline: float, policy: EgressPolicy, host: str, port: int, types: tuple[str, ...]
) -> tuple[DnsAnswer, ...]:
    return lookup_dns(policy, host, port=port, seconds=max(0.0, deadline - time.monotonic()), types=types)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="dns")


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
        return DnsAnswer(name=name, type=kind, values=(), error=LATE)
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
