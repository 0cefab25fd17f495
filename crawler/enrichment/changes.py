"""What differs between two look-ups of one domain. What one of them did not find out is no change."""

from dataclasses import dataclass

from crawler.detection.facts import DomainFacts, LookupState
from storage.owner_names import comparable_name

_REGISTRY = ("rdap", "whois", "contract", "officer")


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, before and after."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def changes(old: DomainFacts, new: DomainFacts) -> tuple[Change, ...]:
    """Registrar, owner, status, name servers, and of one host its addresses, in this order.

    Addresses count only when none is left over: rotation is no move. Behind a CDN they never count.
    """
    found = []
    if old.registrar_id and new.registrar_id:
        found.append(_change("registrar", (_registrar(old),), (_registrar(new),), old.registrar_id != new.registrar_id))
    elif old.registrar and new.registrar:
        differs = comparable_name(old.registrar) != comparable_name(new.registrar)
        found.append(_change("registrar", (old.registrar,), (new.registrar,), differs))
    if old.registrant and new.registrant:
        differs = comparable_name(old.registrant) != comparable_name(new.registrant)
        found.append(_change("registrant", (old.registrant,), (new.registrant,), differs))
    found.append(_change("registration", (_registered(old),), (_registered(new),), _ended(old, new)))
    for field in ("statuses", "nameservers"):
        before, after = getattr(old, field), getattr(new, field)
        found.append(_change(field, before, after, bool(before and after) and set(before) != set(after)))
    moved = old.host == new.host and not old.shield and not new.shield and bool(old.addresses and new.addresses)
    found.append(
        _change("addresses", old.addresses, new.addresses, moved and not set(old.addresses) & set(new.addresses))
    )
    return tuple(change for change in found if change is not None)


def _change(field: str, before: tuple[str, ...], after: tuple[str, ...], differs: bool) -> Change | None:
    return Change(field, before, after) if differs else None


def _registrar(facts: DomainFacts) -> str:
    return f"{facts.registrar} ({facts.registrar_id})".strip()


def _registered(facts: DomainFacts) -> str:
    states = {facts.state(service) for service in _REGISTRY}
    if LookupState.FOUND in states or LookupState.REDACTED in states:
        return "registered"
    return "unregistered" if LookupState.UNREGISTERED in states else ""


def _ended(old: DomainFacts, new: DomainFacts) -> bool:
    before, after = _registered(old), _registered(new)
    return bool(before and after) and before != after
