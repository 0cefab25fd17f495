"""Reads an RDAP answer: cut to size first, then parsed by the RDAP library, then only what we need is kept."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from crawler.enrichment.answer import (
    MalformedAnswerError,
    Registration,
    a_label,
    aware,
    epp_status,
    host_names,
    is_withheld,
    plain,
)
from crawler.enrichment.rdap_library import library_table
from storage.owner_names import ORGANISATION

ITEMS = 64  # of any list
ENTITIES = 12  # at one level: the library compares each with all before it
CHARACTERS = 1_000  # of any text
DEPTH = 12
VALUES = 20_000  # in all
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}", re.ASCII)

Json = dict[str, object]


def parse_rdap(body: bytes, domain: str) -> tuple[Registration, str]:
    """What the answer says of ``domain``, and the URL of the registrar's own answer ("" when there is none).

    Raises MalformedAnswerError.
    """
    from whoisit.errors import WhoisItError  # half a second, which only a look-up should pay
    from whoisit.parser import parse

    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError(f"no JSON: {plain(str(error))}") from error
    if not isinstance(answer, dict) or answer.get("objectClassName", "domain") != "domain":
        raise MalformedAnswerError("no JSON object about a domain")
    name = answer.get("ldhName") or answer.get("unicodeName")
    if a_label(name) != domain:
        raise MalformedAnswerError(f"about {plain(name) or 'nothing'} instead of {domain}")
    tamed = _tame(answer)
    try:
        parsed = parse(library_table(), "domain", domain, tamed)
    except (WhoisItError, AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise MalformedAnswerError(f"not as RFC 9083 has it ({type(error).__name__})") from error
    return _registration(parsed), _registrar_url(parsed)


def _registration(parsed: Json) -> Registration:
    registrar = _entity(parsed, "registrar")
    registrant = _entity(parsed, "registrant")
    company = plain(registrant.get("organisation"))
    name = company or plain(registrant.get("name")) or plain(registrant.get("person"))
    withheld = is_withheld(name) or (not name and (bool(registrant) or bool(parsed.get("redacted"))))
    return Registration(
        registrar=plain(registrar.get("name")),
        registrar_id=_iana_id(registrar),
        registrant="" if withheld else name,
        registrant_kind=ORGANISATION if company and not withheld else "",
        registered_at=aware(parsed.get("registration_date")),
        updated_at=aware(parsed.get("last_changed_date")),
        expires_at=aware(parsed.get("expiration_date")),
        statuses=tuple(dict.fromkeys(filter(None, map(epp_status, _texts(parsed.get("status")))))),
        nameservers=host_names(_texts(parsed.get("nameservers"))),
        abuse_emails=_abuse_emails(parsed),
        withheld=withheld,
    )


def _entity(parsed: Json, role: str) -> Json:
    return next(iter(_entities(parsed, role)), {})


def _entities(parsed: Json, role: str) -> list[Json]:
    entities = parsed.get("entities")
    found = entities.get(role) if isinstance(entities, dict) else None
    return [entity for entity in found or () if isinstance(entity, dict)]


def _iana_id(registrar: Json) -> str:
    ids = registrar.get("public_ids")
    for entry in ids if isinstance(ids, list) else ():
        if "iana" in plain(entry.get("type")).lower() and re.fullmatch(r"\d{1,6}", plain(entry.get("identifier"))):
            return plain(entry.get("identifier"))
    return ""


def _abuse_emails(parsed: Json) -> tuple[str, ...]:
    """Only what stands as an e-mail of an entity with the abuse role: no remark, notice or note is ever read."""
    emails = [email for entity in _entities(parsed, "abuse") for email in _texts(entity.get("emails"))]
    return tuple(dict.fromkeys(email.lower() for email in emails if len(email) <= 254 and EMAIL.fullmatch(email)))[:4]


def _registrar_url(parsed: Json) -> str:
    url = parsed.get("registrar_url")
    if not isinstance(url, str):
        return ""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else ""
    except ValueError:
        return ""


def _texts(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _tame(answer: Json) -> Json:
    """The answer in bounded size, and in the shapes on which the library would otherwise lose the whole of it."""
    left = [VALUES]
    tamed = {name: _cut(value, left, 1) for name, value in answer.items() if name in _READ}
    tamed["events"] = [event for event in _objects(tamed.get("events")) if _is_dated(event)]
    for name in ("links", "nameservers"):
        tamed[name] = _objects(tamed.get(name))
    tamed["entities"] = [_tame_entity(entity, top=True) for entity in _objects(tamed.get("entities"))[:ENTITIES]]
    return tamed


_READ_NAMES = (
    "objectClassName handle ldhName unicodeName events entities status nameservers links redacted secureDNS port43"
)
_READ = frozenset(_READ_NAMES.split())


def _tame_entity(entity: Json, *, top: bool) -> Json:
    roles = [role.lower() for role in _texts(entity.get("roles"))]
    if "registrant" in roles:
        roles = ["registrant"]
    tamed: Json = {name: value for name, value in entity.items() if name in {"handle", "vcardArray", "publicIds"}}
    tamed["roles"] = roles[:8]
    # Registrants write what they like into their own entity, contacts below it included: only a registrar's are kept.
    if top and "registrar" in roles:
        tamed["entities"] = [_tame_entity(inner, top=False) for inner in _objects(entity.get("entities"))[:ENTITIES]]
    return tamed


def _objects(values: object) -> list[Json]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _is_dated(event: Json) -> bool:
    if not isinstance(event.get("eventAction"), str):
        return False
    try:
        datetime.fromisoformat(str(event.get("eventDate")))
    except ValueError:
        return False
    return True


def _cut(value: object, left: list[int], depth: int) -> object:
    left[0] -= 1
    if left[0] < 0 or depth > DEPTH:
        return None
    if isinstance(value, str):
        return value[:CHARACTERS]
    if isinstance(value, list):
        return [_cut(inner, left, depth + 1) for inner in value[:ITEMS]]
    if isinstance(value, dict):
        return {str(name)[:100]: _cut(inner, left, depth + 1) for name, inner in list(value.items())[:ITEMS]}
    return value
