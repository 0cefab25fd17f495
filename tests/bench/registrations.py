"""Registrations as a made-up RDAP server knows them: whose registrar each name has follows from its letters alone."""

import json
import time
import zlib
from collections import Counter
from collections.abc import Sequence

from takedown.recipients import RecipientKind, load_recipients
from tests.crawler.enrichment.registry_servers import Reply

ADDRESS = "203.0.113.7"
FREE, UNKNOWN = 17, 11  # one name in so many is free; one has a registrar that no file knows


def registrar_of(domain: str) -> tuple[str, str]:
    """(IANA number, name); ("", "") for a name that is free."""
    number = zlib.crc32(domain.encode())
    if number % FREE == 0:
        return "", ""
    if number % UNKNOWN == 0:
        return "999900", "Registrar Chưa Biết"
    known = [entry for entry in load_recipients().of_kind(RecipientKind.REGISTRAR) if entry.iana_ids]
    chosen = known[number % len(known)]
    return str(chosen.iana_ids[0]), chosen.name


def expected_registrar(domain: str) -> str:
    """The recipient's id, or the name that a registry gave; "" for a name that is free."""
    iana_id, name = registrar_of(domain)
    found = load_recipients().registrar(iana_id=iana_id) if iana_id else None
    return found.id if found is not None else name


class Registrations:
    """Answers about names and about one network; ``moments`` (monotonic) and ``counts`` are of the questions.

    ``registrars``: addresses of further servers of this kind, to which a name's registry refers.
    """

    def __init__(self, registrars: Sequence[str] = ()) -> None:
        self.registrars = tuple(registrars)
        self.moments: list[float] = []
        self.counts: Counter[str] = Counter()

    def __call__(self, path: str) -> Reply:
        self.moments.append(time.monotonic())
        self.counts[path] += 1
        if path.startswith("/ip/"):
            return Reply(json.dumps(_network()).encode())
        domain = path.removeprefix("/domain/")
        iana_id, name = registrar_of(domain)
        if not iana_id:
            return Reply(b"", 404)
        told = _domain(domain, iana_id, name)
        if self.registrars:
            chosen = self.registrars[zlib.crc32(domain.encode()) % len(self.registrars)]
            href = f"http://{chosen}/domain/{domain}"
            told["links"] = [{"rel": "related", "href": href, "type": "application/rdap+json"}]
        return Reply(json.dumps(told).encode())


def _card(name: str, email: str = "") -> list[object]:
    lines: list[object] = [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]
    return ["vcard", [*lines, ["email", {}, "text", email]] if email else lines]


def _domain(domain: str, iana_id: str, name: str) -> dict[str, object]:
    abuse = {"roles": ["abuse"], "vcardArray": _card("Abuse", f"abuse@r{iana_id}.example")}
    registrar = {
        "roles": ["registrar"],
        "publicIds": [{"type": "IANA Registrar ID", "identifier": iana_id}],
        "vcardArray": _card(name),
        "entities": [abuse],
    }
    events = [
        {"eventAction": "registration", "eventDate": "2026-11-01T00:00:00Z"},
        {"eventAction": "expiration", "eventDate": "2027-11-01T00:00:00Z"},
    ]
    return {"objectClassName": "domain", "ldhName": domain, "entities": [registrar], "events": events}


def _network() -> dict[str, object]:
    abuse = {"roles": ["abuse"], "vcardArray": _card("Abuse", "abuse@may-chu.example")}
    holder = {"roles": ["registrant"], "vcardArray": _card("MAY CHU MAU"), "entities": [abuse]}
    return {
        "objectClassName": "ip network",
        "startAddress": "203.0.113.0",
        "endAddress": "203.0.113.255",
        "name": "MAU-NET",
        "country": "VN",
        "entities": [holder],
    }
