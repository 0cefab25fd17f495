"""Reads an RDAP answer about an address: its network, holder and abuse contact, and nothing that is not in bounds."""

import json
import re
from collections.abc import Iterator
from ipaddress import ip_address

from crawler.detection.facts import Network
from crawler.enrichment.answer import MalformedAnswerError, plain
from crawler.enrichment.rdap_json import EMAIL, ENTITIES, ITEMS

_DEPTH = 3  # an abuse contact stands in its organisation's entity
_EMAILS = 4
_ASN = re.compile(r"(?:AS)?(\d{1,10})", re.ASCII)


def parse_network(body: bytes, address: str, source: str) -> Network:
    """The network that holds ``address``. Raises MalformedAnswerError, also when the answer is about another one."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError(f"no JSON: {plain(str(error))}") from error
    if not isinstance(answer, dict) or answer.get("objectClassName", "ip network") != "ip network":
        raise MalformedAnswerError("no JSON object about a network")
    first, last = plain(answer.get("startAddress")), plain(answer.get("endAddress"))
    if not _between(first, address, last):
        raise MalformedAnswerError(f"about {first or 'nothing'} to {last or 'nothing'}, where {address} is not")
    entities = _objects(answer.get("entities"))
    country = plain(answer.get("country")).upper()
    return Network(
        address=address,
        range=f"{first} - {last}",
        name=plain(answer.get("name")),
        holder=_holder(entities),
        country=country if re.fullmatch(r"[A-Z]{2}", country) else "",
        asn=_asn(answer),
        abuse_emails=tuple(dict.fromkeys(_abuse(entities, 0)))[:_EMAILS],
        source=source,
    )


def _between(first: str, address: str, last: str) -> bool:
    try:
        low, middle, high = ip_address(first), ip_address(address), ip_address(last)
    except ValueError:
        return False
    return low.version == middle.version == high.version and int(low) <= int(middle) <= int(high)


def _holder(entities: list[dict[str, object]]) -> str:
    for role in ("registrant", "administrative"):
        for entity in entities:
            if role in _roles(entity) and (name := next(_card(entity, "fn"), "")):
                return name
    return ""


def _abuse(entities: list[dict[str, object]], depth: int) -> list[str]:
    """E-mails of entities in the role «abuse», wherever they stand; no remark is ever read."""
    found = []
    for entity in entities:
        if "abuse" in _roles(entity):
            found += [email.lower() for email in _card(entity, "email") if EMAIL.fullmatch(email)]
        if depth < _DEPTH:
            found += _abuse(_objects(entity.get("entities")), depth + 1)
    return found


def _asn(answer: dict[str, object]) -> int | None:
    numbers = answer.get("arin_originas0_originautnums")
    for number in numbers if isinstance(numbers, list) else ():
        if match := _ASN.fullmatch(str(number)[:16]):
            return int(match[1])
    return None


def _roles(entity: dict[str, object]) -> set[str]:
    roles = entity.get("roles")
    return {role.lower() for role in roles[:ITEMS] if isinstance(role, str)} if isinstance(roles, list) else set()


def _card(entity: dict[str, object], name: str) -> Iterator[str]:
    card = entity.get("vcardArray")
    lines = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else []
    for line in lines[:ITEMS]:
        if isinstance(line, list) and len(line) > 3 and line[0] == name and (value := plain(line[3])):
            yield value


def _objects(values: object) -> list[dict[str, object]]:
    return [value for value in values[:ENTITIES] if isinstance(value, dict)] if isinstance(values, list) else []
