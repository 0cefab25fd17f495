"""Who knows more about a domain, an address or a phone: platform, host, registrar, registry, carrier."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from takedown.recipients import RecipientRegistry, load_recipients
from takedown.recipients.confirmation import current_registry
from takedown.recipients.contacts import Contact, contacts_for
from takedown.recipients.model import Channel, ChannelKind, Recipient
from takedown.records.held import Held, read_held
from takedown.records.requests import Item, RequestView
from takedown.routing import is_vietnamese

_ROLES = {"network": "host", "shield": "host"}
_ORDER = (ChannelKind.LETTER, ChannelKind.PORTAL, ChannelKind.EMAIL, ChannelKind.WEB_FORM)


@dataclass(frozen=True, slots=True)
class Whom:
    """One who knows more, and of which items."""

    recipient_id: str
    name: str
    role: str
    channel: Channel | None
    foreign: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class AskPlan:
    """``nobody``: the items of which nobody is known who could be asked, with what to do, in words."""

    whom: tuple[Whom, ...]
    nobody: tuple[tuple[Item, str], ...] = ()


def plan_whom(session: Session, view: RequestView, now: datetime) -> AskPlan:
    """From what is held; nobody is asked to find out."""
    registry = current_registry(session, load_recipients(), now=now)
    held = read_held(session, view.items)
    found: dict[str, tuple[str, str, Channel | None, bool, list[Item]]] = {}
    nobody = []
    for item in view.items:
        named = list(_whom(held[item.id], registry))
        for recipient_id, name, role, channel, foreign in named:
            items = found.setdefault(recipient_id, (name, role, channel, foreign, []))[4]
            if item not in items:
                items.append(item)
        if not named:
            nobody.append((item, _remedy(item)))
    whom = tuple(
        Whom(recipient_id, name, role, channel, foreign, tuple(items))
        for recipient_id, (name, role, channel, foreign, items) in found.items()
    )
    return AskPlan(whom, tuple(nobody))


def _whom(held: Held, registry: RecipientRegistry) -> Iterator[tuple[str, str, str, Channel | None, bool]]:
    if held.item.subject.kind == "phone":
        national = "0" + held.item.subject.value.removeprefix("+84")
        carrier = registry.carrier(national) if held.item.subject.value.startswith("+84") else None
        if carrier is not None:
            yield carrier.id, carrier.name, "carrier", _channel(carrier, carrier.channels), False
        return
    if held.site is None:
        return
    for contact in contacts_for(held.site, registry):
        role = _ROLES.get(contact.role, contact.role)
        recipient = contact.recipient
        if recipient is not None:
            yield (
                recipient.id,
                recipient.name,
                role,
                _channel(recipient, contact.channels),
                not is_vietnamese(recipient),
            )
        elif contact.usable:
            yield f"{role}:{contact.name}"[:64], contact.name, role, _first(contact), True


def _channel(recipient: Recipient, channels: tuple[Channel, ...]) -> Channel | None:
    usable = [channel for channel in channels or recipient.channels if channel.usable]
    return min((c for c in usable if c.kind in _ORDER), key=lambda c: _ORDER.index(c.kind), default=None)


def _first(contact: Contact) -> Channel | None:
    return contact.usable[0] if contact.usable else None


def _remedy(item: Item) -> str:
    if item.subject.kind == "phone":
        return "đầu số không thuộc nhà mạng nào đã biết / no known carrier has this range"
    if item.subject.kind == "address":
        return f"chưa biết mạng giữ địa chỉ / its network is not known: lachan whois {item.subject.value}"
    return f"chưa tra cứu được / not looked up yet: lachan whois {item.subject.value}"
