"""Asks WHOIS, for domains on which RDAP has nothing: one question to the registry and at most one to its registrar."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.detection.facts import Lookup, LookupState
from crawler.egress.dial import open_stream
from crawler.egress.policy import EgressPolicy
from crawler.egress.resolver import NameNotFoundError
from crawler.enrichment.answer import REASON_CHARACTERS, REDACTED, Answer, MalformedAnswerError, completed, plain
from crawler.enrichment.rdap import MIN_SECONDS
from crawler.enrichment.registries import WHOIS_PORT, NoService, WhoisServer, whois_server
from crawler.enrichment.whois_parse import parse_whois
from crawler.enrichment.whois_text import judge_opening, named, referral, tame_text
from crawler.errors import EgressRefusedError

SERVICE = "whois"
REGISTRAR = "whois_registrar"
HARD_SECONDS = 30.0
CHUNK_BYTES = 8_192
# Registries that want their question put in a form of their own.
_QUESTIONS = {"whois.denic.de": "-T dn,ace {}", "whois.punktum.dk": "--show-handles {}", "whois.jprs.jp": "{}/e"}


@dataclass(frozen=True, slots=True)
class _Said:
    """Bytes of one server, or why there are none. ``state`` None: they are whole."""

    body: bytes = b""
    state: LookupState | None = None
    reason: str = ""


async def lookup_whois(
    domain: str, *, config: Config, policy: EgressPolicy, now: datetime, bounds: Bounds, seconds: float
) -> Answer:
    """What WHOIS says of ``domain`` within ``seconds``; never raises for a remote fault.

    Raises SettingsError when ``config.whois_server`` is unusable.
    """
    server = whois_server(domain, config)
    if isinstance(server, NoService):
        return Answer(Lookup(SERVICE, LookupState.NO_PUBLIC_SERVICE, reason=server.reason, asked_at=now))
    deadline = time.monotonic() + min(seconds, HARD_SECONDS)
    registry, text = await _ask(server, domain, policy, now, bounds, deadline)
    further = referral(text)
    if registry.registration is None or not further or further == server.host:
        return registry
    if deadline - time.monotonic() < MIN_SECONDS:
        return registry
    registrar, _ = await _ask(WhoisServer(further), domain, policy, now, bounds, deadline)
    return completed(registry, registrar, REGISTRAR)


async def _ask(
    server: WhoisServer, domain: str, policy: EgressPolicy, now: datetime, bounds: Bounds, deadline: float
) -> tuple[Answer, str]:
    """One server's answer, and its text for a referral ("" when it is not to be followed)."""
    said = await _converse(policy, server, domain, bounds.lookup_bytes, deadline)
    raw = {SERVICE: said.body} if said.body else {}

    def ended(state: LookupState, reason: str = "") -> tuple[Answer, str]:
        return Answer(Lookup(SERVICE, state, str(server)[:255], reason[:REASON_CHARACTERS], now), raw=raw), ""

    if said.state:
        return ended(said.state, said.reason)
    text = tame_text(said.body)
    if not text.strip():
        return ended(LookupState.FAILED, "the answer is empty")
    about = named(text)
    if about is None and judge_opening(text) is LookupState.UNREGISTERED:
        return ended(LookupState.UNREGISTERED)
    if about not in {None, domain}:
        return ended(LookupState.FAILED, f"the answer is not about {domain}")
    try:
        registration = await parse_whois(text, domain, seconds=max(deadline - time.monotonic(), 0.1))
    except MalformedAnswerError as error:
        return ended(LookupState.FAILED, f"the answer is {error}")
    if not registration.says_something:
        state = judge_opening(text)
        if state is None and registration.withheld:
            state = LookupState.REDACTED
        return ended(state or LookupState.FAILED, "" if state else "nothing could be read from the answer")
    reason = REDACTED if registration.withheld else ""
    return Answer(Lookup(SERVICE, LookupState.FOUND, str(server)[:255], reason, now), registration, raw), text


async def _converse(policy: EgressPolicy, server: WhoisServer, domain: str, limit: int, deadline: float) -> _Said:
    """Put the question and read to the end, the bound or the deadline."""
    body = bytearray()
    question = _QUESTIONS.get(server.host, "{}").format(domain)
    left = max(deadline - time.monotonic(), 0.1)
    ports = frozenset({WHOIS_PORT, server.port})
    try:
        async with asyncio.timeout(left):
            dialled = await open_stream(policy, server.host, server.port, seconds=left, ports=ports)
            try:
                dialled.writer.write(f"{question}\r\n".encode("ascii"))
                await dialled.writer.drain()
                while chunk := await dialled.reader.read(CHUNK_BYTES):
                    body += chunk
                    if len(body) > limit:
                        return _Said(
                            bytes(body[:limit]), LookupState.FAILED, f"the answer is longer than {limit} bytes"
                        )
            finally:
                dialled.writer.transport.abort()
    except TimeoutError:
        return _Said(bytes(body), LookupState.TIMED_OUT, f"no whole answer within {left:.0f} s")
    except (EgressRefusedError, NameNotFoundError, OSError, ValueError) as error:
        return _Said(bytes(body), LookupState.FAILED, plain(f"{type(error).__name__}: {error}"))
    return _Said(bytes(body))
