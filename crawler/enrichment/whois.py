"""Asks WHOIS, for domains on which RDAP has nothing: one question to the registry and at most one to its registrar."""

import time
from datetime import datetime

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.detection.facts import Lookup, LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import REASON_CHARACTERS, REDACTED, Answer, MalformedAnswerError, completed
from crawler.enrichment.courtesy import Courtesy
from crawler.enrichment.rdap import MIN_SECONDS
from crawler.enrichment.registries import NoService, WhoisServer
from crawler.enrichment.whois_dial import Said, converse
from crawler.enrichment.whois_parse import parse_whois
from crawler.enrichment.whois_servers import lookup_whois_server
from crawler.enrichment.whois_text import judge_opening, named, referral, tame_text

SERVICE = "whois"
REGISTRAR = "whois_registrar"
HARD_SECONDS = 30.0
# Registries that want their question put in a form of their own.
_QUESTIONS = {"whois.denic.de": "-T dn,ace {}", "whois.punktum.dk": "--show-handles {}", "whois.jprs.jp": "{}/e"}


async def lookup_whois(
    domain: str,
    *,
    config: Config,
    policy: EgressPolicy,
    now: datetime,
    bounds: Bounds,
    seconds: float,
    courtesy: Courtesy,
) -> Answer:
    """What WHOIS says of ``domain`` within ``seconds``; never raises for a remote fault.

    Raises SettingsError when ``config.whois_server`` is unusable.
    """
    deadline = time.monotonic() + min(seconds, HARD_SECONDS)
    server = await lookup_whois_server(
        domain, config=config, policy=policy, now=now, seconds=min(seconds, HARD_SECONDS)
    )
    if not isinstance(server, WhoisServer):
        state = LookupState.NO_PUBLIC_SERVICE if isinstance(server, NoService) else LookupState.FAILED
        return Answer(Lookup(SERVICE, state, reason=server.reason, asked_at=now))
    registry, text = await _ask(server, domain, policy, now, bounds, deadline, courtesy)
    further = referral(text)
    if registry.registration is None or not further or further == server.host:
        return registry
    if deadline - time.monotonic() < MIN_SECONDS:
        return registry
    registrar, _ = await _ask(WhoisServer(further), domain, policy, now, bounds, deadline, courtesy)
    return completed(registry, registrar, REGISTRAR)


async def _ask(
    server: WhoisServer,
    domain: str,
    policy: EgressPolicy,
    now: datetime,
    bounds: Bounds,
    deadline: float,
    courtesy: Courtesy,
) -> tuple[Answer, str]:
    """One server's answer, and its text for a referral ("" when it is not to be followed)."""
    question = _QUESTIONS.get(server.host, "{}").format(domain)
    said, now = await _converse(server, question, policy, now, bounds, deadline, courtesy)
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
    lookup = Lookup(SERVICE, LookupState.FOUND, str(server)[:255], reason, now)
    return Answer(lookup, registration, raw, ((lookup, registration),)), text


async def _converse(
    server: WhoisServer,
    question: str,
    policy: EgressPolicy,
    now: datetime,
    bounds: Bounds,
    deadline: float,
    courtesy: Courtesy,
) -> tuple[Said, datetime]:
    """The answer, kept or fresh, and when it was given. A server that says «too many» is left alone for a while."""
    key = f"whois {server} {question}"
    if kept := await courtesy.recall(key):
        return Said(kept.body), kept.asked_at
    if later := await courtesy.turn(str(server), (deadline - time.monotonic()) / 2):
        reason = f"{server} is left alone until {later:%Y-%m-%d %H:%M:%S} UTC"
        return Said(b"", LookupState.THROTTLED, reason), now
    said = await converse(policy, server.host, server.port, question, limit=bounds.lookup_bytes, deadline=deadline)
    if said.state is None and said.body:
        if judge_opening(tame_text(said.body)) is LookupState.THROTTLED:
            await courtesy.pause(str(server), "")
        else:
            await courtesy.keep(key, 200, str(server), said.body)
    return said, now
