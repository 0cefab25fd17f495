"""Registries that misbehave: what RDAP or WHOIS says, the state that it ends in, and whom it lets us write to."""

import asyncio
import gzip
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from crawler.bounds import Bounds
from crawler.detection.facts import DomainFacts
from tests.crawler.enrichment.asking import REGISTRAR_HOST, ask
from tests.crawler.enrichment.registry_servers import Reply
from tests.hostile.verdicts import Row

HOST = "shop.example"
GOOD = "abuse@registrar.example"
EVIL = "owner@evil.example"
ESC, BIDI = "\x1b[2J", "\u202e"


@dataclass(frozen=True, slots=True)
class RegistryCase:
    """``rdap``, ``whois``, ``referred`` answer a path or a question. ``states``: of the service that was asked last,
    ``|`` between them. ``contacts``: the abuse addresses that may be believed."""

    name: str
    states: str
    rdap: Callable[[str], Reply] | None = None
    whois: Callable[[str], Reply] | None = None
    referred: Callable[[str], Reply] | None = None
    contacts: tuple[str, ...] = ()


def always(body: bytes | str = b"", **more: Any) -> Callable[[str], Reply]:
    return lambda _: Reply(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body, **more)


def card(*addresses: str, **more: Any) -> dict[str, Any]:
    rows = [["version", {}, "text", "4.0"], ["fn", {}, "text", "Registrar A"]]
    return {"vcardArray": ["vcard", [*rows, *(["email", {}, "text", each] for each in addresses)]], **more}


def domain(**more: Any) -> str:
    event = {"eventAction": "registration", "eventDate": "2026-11-01T00:00:00Z"}
    return json.dumps({"objectClassName": "domain", "ldhName": HOST, "events": [event], **more})


ABUSE = card(GOOD, roles=["abuse"])
REGISTRAR = card(roles=["registrar"], entities=[ABUSE])


def rdap(
    name: str, states: str, body: bytes | str = b"", *, contacts: tuple[str, ...] = (), **more: Any
) -> RegistryCase:
    return RegistryCase(f"rdap-{name}", states, rdap=always(body, **more), contacts=contacts)


def whois(name: str, states: str, body: bytes | str = b"", **more: Any) -> RegistryCase:
    return RegistryCase(f"whois-{name}", states, whois=always(body, **more))


def record(*lines: str) -> str:
    first = (f"Domain Name: {HOST}", "Registrar: Registrar A", "Creation Date: 2026-11-01T00:00:00Z")
    return "\r\n".join([*first, *lines, ""])


def to(place: str) -> Callable[[str], Reply]:
    """A registry whose answer names a registrar's server."""
    link = {"rel": "related", "href": place, "type": "application/rdap+json"}
    return always(domain(links=[link], entities=[REGISTRAR]))


def deep(depth: int) -> dict[str, Any]:
    entity = card(EVIL, roles=["abuse"])
    for _ in range(depth):
        entity = card(roles=["technical"], entities=[entity])
    return entity


FOUND = "found"
CASES = (
    rdap("slow", "timed_out", domain(), pause=60),
    rdap("byte-by-byte", "timed_out", domain(note="x" * 9_000), drip=True),
    rdap("endless", "failed|timed_out", b" " * 60_000, endless=True),
    rdap("huge", "failed", b'{"a":"' + b"x" * 3_000_000 + b'"}'),
    rdap("packed-to-megabytes", "failed", gzip.compress(b" " * 9_000_000)),
    rdap("nested-for-ever", "failed", b'{"entities":[' * 90_000),
    rdap("numbers-for-ever", "failed", b'{"objectClassName":"domain","a":[' + b"9," * 300_000 + b"9]}"),
    rdap("number-of-a-novel", "failed|found", domain().replace("{", '{"a": ' + "9" * 90_000 + ",", 1), contacts=()),
    rdap("said-twice", "failed|found", domain()[:-1] + ', "ldhName": "other.example"}'),
    rdap("half-pairs", "failed|found", domain(port43="\ud800").replace("\ud800", "\\ud800")),
    rdap("in-utf-16", "failed|found", domain().encode("utf-16")),
    rdap("of-another-name", "failed", domain().replace(HOST, "bank.example")),
    rdap("a-page", "failed", "<html><h1>Bảo trì", content_type="text/html"),
    rdap("too-many-questions", "throttled", b"", status=429),
    rdap("come-back-in-a-thousand-years", "throttled|failed", b"", status=503),
    rdap("loop", "failed", b"", status=302, location=f"/domain/{HOST}"),
    rdap("led-to-a-file", "failed", b"", status=302, location="file:///etc/passwd"),
    rdap("led-inside-by-a-number", "failed", b"", status=302, location="http://2130706433:22/"),
    rdap("contact-in-a-remark", FOUND, domain(remarks=[{"title": "abuse", "description": [f"Abuse: {EVIL}"]}])),
    rdap("contact-in-a-notice", FOUND, domain(notices=[{"title": "Abuse contact", "description": [EVIL]}])),
    rdap("contact-of-the-owner", FOUND, domain(entities=[card(EVIL, roles=["registrant", "administrative"])])),
    rdap("abuse-below-the-owner", FOUND, domain(entities=[card(roles=["registrant"], entities=[card(EVIL, roles=["abuse"])])])),
    rdap("owner-who-says-he-is-abuse", FOUND, domain(entities=[card(EVIL, roles=["registrant", "abuse"]), REGISTRAR]), contacts=(GOOD,)),
    rdap("abuse-far-below", FOUND, domain(entities=[deep(40), REGISTRAR]), contacts=(GOOD,)),
    rdap("abuse-of-the-registrar", FOUND, domain(entities=[REGISTRAR]), contacts=(GOOD,)),
    rdap("contacts-by-the-thousand", FOUND, domain(entities=[card(roles=["registrar"], entities=[card(GOOD, *(f"a{n}@b.example" for n in range(5_000)), roles=["abuse"])])]), contacts=(GOOD, "a0@b.example", "a1@b.example", "a2@b.example")),
    rdap("contact-with-a-header", FOUND, domain(entities=[card(f"{EVIL}\r\nBcc: x@y.example", roles=["abuse"]), REGISTRAR]), contacts=(GOOD,)),
    rdap("contact-with-controls", FOUND, domain(entities=[card(f"a{BIDI}@evil.example", f"{ESC}b@evil.example", "=cmd@evil.example'|calc", roles=["abuse"]), REGISTRAR]), contacts=(GOOD,)),
    rdap("name-with-controls", FOUND, domain(entities=[card(roles=["registrar"], handle=f"{ESC}x") | {"vcardArray": ["vcard", [["fn", {}, "text", f"{ESC}A{BIDI}\r\nB"]]]}])),
    RegistryCase("rdap-registrar-inside", FOUND, rdap=to("http://169.254.169.254/domain/x"), contacts=(GOOD,)),
    RegistryCase("rdap-registrar-that-is-the-registry", FOUND, rdap=to("{base}/domain/shop.example"), contacts=(GOOD,)),
    RegistryCase("rdap-registrar-by-a-script", FOUND, rdap=to("javascript:alert(1)"), contacts=(GOOD,)),
    whois("slow", "timed_out", record(), pause=60),
    whois("byte-by-byte", "timed_out", record("x" * 9_000), drip=True),
    whois("endless", "failed", record(), endless=True),
    whois("endless-line", "failed", b"a" * 60_000, endless=True),
    whois("lines-by-the-hundred-thousand", "failed|found", record(*["Remark: a"] * 80_000)),
    whois("spaces-for-ever", "failed|found|timed_out", record("Registrant Name:" + " " * 300_000 + "x")),
    whois("half-matches-for-ever", "failed|found|timed_out", record(*["Creation Date" + " :" * 190] * 390)),
    whois("controls", FOUND, record(f"Registrant Name: {ESC}A{BIDI}B\x07")),
    whois("in-utf-16", "failed|found", record().encode("utf-16")),
    whois("nothing", "failed"),
    whois("nothing-but-nuls", "failed", b"\0" * 9_000),
    whois("too-many-questions", "throttled", "WHOIS LIMIT EXCEEDED\r\n"),
    whois("too-many-questions-below-a-record", FOUND, record("Remark: query rate limit exceeded")),
    whois("free-below-a-record", FOUND, record("No match for SHOP.EXAMPLE")),
    whois("contact-in-a-line", FOUND, record(f"Registrar Abuse Contact Email: {EVIL}", f"abuse-mailbox: {EVIL}")),
    whois("registrar-twice", FOUND, record("Registrar: Evil Registrar", "Registrar IANA ID: 9999")),
    RegistryCase("whois-referral-in-a-circle", FOUND, whois=always(record(f"Registrar WHOIS Server: {REGISTRAR_HOST}")), referred=always(record(f"Registrar WHOIS Server: {REGISTRAR_HOST}"))),
    RegistryCase("whois-referral-that-is-silent", FOUND, whois=always(record(f"Registrar WHOIS Server: {REGISTRAR_HOST}")), referred=always(b"", pause=60)),
    RegistryCase("whois-referral-that-injects", FOUND, whois=always(record(f"Registrar WHOIS Server: {REGISTRAR_HOST}")), referred=always(record(f"Registrar: Evil{ESC}", f"Registrar Abuse Contact Email: {EVIL}"))),
    RegistryCase("whois-referral-inside", FOUND, whois=always(record("Registrar WHOIS Server: 127.0.0.1", "Whois Server: [::1]"))),
)  # fmt: skip


def look_up_all(
    bounds: Bounds,
    cases: Iterable[RegistryCase] = CASES,
    *,
    slow: float = 0.0,
    tell: Callable[[Row], object] = lambda row: None,
) -> list[Row]:
    """Each case once, told as it ends. ``slow``: seconds for those that would take all the time that there is, if not
    that."""

    async def run() -> list[Row]:
        rows = []
        for case in cases:  # one by one: an endless server leaves its loop to nobody else
            late = bool(slow) and "timed_out" in case.states
            started = time.monotonic()
            found, _, _ = await ask(
                HOST,
                rdap=case.rdap,
                whois=case.whois,
                referred=case.referred,
                bounds=replace(bounds, lookup_seconds=slow) if late else bounds,
            )
            rows.append(judged(case, found.facts, time.monotonic() - started))
            tell(rows[-1])
        return rows

    return asyncio.run(run())


def judged(case: RegistryCase, facts: DomainFacts, seconds: float) -> Row:
    """What came of one case, held against what it declares."""
    how = "rdap" if case.rdap else "whois"
    state = facts.state(how).value
    faults = [] if state in case.states.split("|") else [f"{state}, not {case.states}: {facts.lookups}"[:300]]
    if facts.abuse_emails != case.contacts:
        faults.append(f"would write to {facts.abuse_emails}")
    if ESC[0] in repr(facts).replace("\\x1b", ESC) or BIDI in str(facts) or "\\u202e" in repr(facts):
        faults.append("holds what a screen obeys")
    return Row(case.name, "registries", how, state, seconds, tuple(faults))
