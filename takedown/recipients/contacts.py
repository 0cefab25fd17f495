"""Who can act on a site, and how to reach each of them: decided purely from what look-ups said and the registry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from seeds import load_hosting
from takedown.recipients.model import Channel, ChannelKind, ContactState, Recipient
from takedown.recipients.registry import RecipientRegistry

_REGISTRY_VOICE = "RDAP"


@dataclass(frozen=True, slots=True)
class NetworkTraits:
    """The network of one address, with the abuse addresses that its registry's RDAP answer names."""

    address: str
    name: str = ""
    country: str = ""
    asn: int | None = None
    abuse_emails: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class SiteTraits:
    """What look-ups say of one site. Absent facts are empty, never guessed."""

    host: str
    domain: str
    observed_at: datetime
    registrar: str = ""
    registrar_id: str = ""
    registrar_emails: tuple[str, ...] = ()  # from RDAP entities in the role «abuse»
    registrar_source: str = ""
    platform: str = ""
    shield: str = ""
    networks: tuple[NetworkTraits, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """One who can act. ``recipient`` None: only the registry's own answer names him."""

    role: str  # platform | shield | network | registrar | registry
    name: str
    why_vi: str
    why_en: str
    recipient: Recipient | None = None
    channels: tuple[Channel, ...] = ()

    @property
    def usable(self) -> tuple[Channel, ...]:
        """The channels that something may be sent by."""
        return tuple(channel for channel in self.channels if channel.usable)


def contacts_for(site: SiteTraits, registry: RecipientRegistry) -> tuple[Contact, ...]:
    """The nearest first: the platform or network that serves the page, then who registered and who keeps the name."""
    return tuple(_found(site, registry))


def traits_of(facts: Mapping[str, Any], observed_at: datetime) -> SiteTraits:
    """The traits in a stored domain record's facts; what is missing or of another shape is left out."""
    lookups = [entry for entry in _dicts(facts.get("lookups")) if entry.get("service") == "rdap"]
    return SiteTraits(
        host=_text(facts, "host"),
        domain=_text(facts, "domain"),
        observed_at=observed_at,
        registrar=_text(facts, "registrar"),
        registrar_id=_text(facts, "registrar_id"),
        registrar_emails=_texts(facts, "abuse_emails"),
        registrar_source=next((_text(entry, "source") for entry in lookups), ""),
        platform=_text(facts, "platform"),
        shield=_text(facts, "shield"),
        networks=tuple(
            NetworkTraits(
                address=_text(entry, "address"),
                name=_text(entry, "holder") or _text(entry, "name") or _text(entry, "as_name"),
                country=_text(entry, "country"),
                asn=number if isinstance(number := entry.get("asn"), int) else None,
                abuse_emails=_texts(entry, "abuse_emails"),
                source=_text(entry, "source"),
            )
            for entry in _dicts(facts.get("networks"))
        ),
    )


def _found(site: SiteTraits, registry: RecipientRegistry) -> Iterator[Contact]:
    if site.platform:
        recipient = registry.platform(site.platform)
        yield Contact(
            "platform",
            recipient.name if recipient else site.platform,
            f"{site.host} là trang của khách trên nền tảng này",
            f"{site.host} is a customer's page on this platform",
            recipient,
            recipient.channels if recipient else (),
        )
        # The domain is the platform's own: neither its registrar nor its network is asked, unless it gives names only.
        if site.platform in _name_givers():
            yield from _networks(site, registry)
        return
    yield from _networks(site, registry)
    yield from _registrar(site, registry)
    if keeper := registry.registry(site.domain):
        yield Contact(
            "registry", keeper.name, f"quản lý đuôi tên miền của {site.domain}", f"registry of {site.domain}", keeper,
            keeper.channels,
        )  # fmt: skip


@lru_cache(maxsize=1)
def _name_givers() -> frozenset[str]:
    """Platforms that lend a name to a page which lies elsewhere."""
    return frozenset(entry.id for entry in load_hosting().platforms if entry.kind == "dynamic_dns")


def _networks(site: SiteTraits, registry: RecipientRegistry) -> Iterator[Contact]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for network in site.networks:
        recipient = registry.network(network.asn) if network.asn else None
        name = recipient.name if recipient else network.name
        if not name or (name, network.abuse_emails) in seen:
            continue
        seen.add((name, network.abuse_emails))
        said = _said(network.abuse_emails, network.source, site.observed_at)
        where = ", ".join(filter(None, (network.address, f"AS{network.asn}" if network.asn else "")))
        why_vi, why_en = f"giữ mạng của {site.host} ({where})", f"holds the network of {site.host} ({where})"
        if site.shield:
            why_vi += "; máy chủ gốc bị che, hãy hỏi họ địa chỉ gốc"
            why_en += "; the origin is hidden, ask them for it"
        channels = (*said, *(recipient.channels if recipient else ()))
        yield Contact("shield" if site.shield else "network", name, why_vi, why_en, recipient, _each_once(channels))


def _registrar(site: SiteTraits, registry: RecipientRegistry) -> Iterator[Contact]:
    recipient = registry.registrar(iana_id=site.registrar_id, name=site.registrar)
    if recipient is None and not site.registrar:
        return
    said = _said(site.registrar_emails, site.registrar_source, site.observed_at)
    yield Contact(
        "registrar",
        recipient.name if recipient else site.registrar,
        f"nhà đăng ký của {site.domain}",
        f"registrar of {site.domain}",
        recipient,
        _each_once((*said, *(recipient.channels if recipient else ()))),
    )


def _said(emails: tuple[str, ...], source: str, at: datetime) -> tuple[Channel, ...]:
    """Addresses in the role «abuse» of a registry's answer, where the site's owner cannot write."""
    return tuple(
        Channel(
            ChannelKind.EMAIL, email, ContactState.CONFIRMED, f"RDAP, {source}", at.date(), verified_by=_REGISTRY_VOICE
        )
        for email in emails
    )


def _each_once(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """The first channel to each address; a person's refusal of an address stands over what a registry says of it."""
    refused = {(each.kind, each.value) for each in channels if each.state is ContactState.QUARANTINED}
    kept: dict[tuple[ChannelKind, str], Channel] = {}
    for channel in channels:
        key = (channel.kind, channel.value)
        if key not in refused or channel.state is ContactState.QUARANTINED:
            kept.setdefault(key, channel)
    return tuple(kept.values())


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = entry.get(name)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list | tuple) else []
