"""Decides whom to tell, by which channel, on which law and why: a pure function of what is known of a site."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from takedown.guards import Effect, Finding
from takedown.offices.model import Act, Agency, LegalBasis, Offices
from takedown.recipients.contacts import Contact, NetworkTraits, SiteTraits, contacts_for
from takedown.recipients.model import (
    Automation,
    Channel,
    ChannelKind,
    ContactState,
    Recipient,
    RecipientKind,
)
from takedown.recipients.registry import RecipientRegistry

NEVER = datetime.min.replace(tzinfo=UTC)
FOLLOW_UP = timedelta(hours=48)  # until we ask again where nothing binds
PROPOSED = timedelta(hours=72)
# host first, then owner, registrar, registry, network, platform, ISP block, browser lists, bank and carrier
ORDER = (
    "platform",
    "host",
    "owner",
    "registrar",
    "registry",
    "network",
    "authority",
    "isp",
    "browser_list",
    "bank",
    "carrier",
)
_ROLES = {"network": "host", "shield": "host"}  # who holds the server's network serves the page, or names who does
_CLEANERS = frozenset({"platform", "host", "owner"})
_MAIL_FIRST = (ChannelKind.EMAIL, ChannelKind.WEB_FORM, ChannelKind.API, ChannelKind.LETTER, ChannelKind.PORTAL)
_LETTER_FIRST = (ChannelKind.LETTER, ChannelKind.EMAIL, ChannelKind.PORTAL, ChannelKind.WEB_FORM)


@dataclass(frozen=True, slots=True)
class SiteKnown:
    """What look-ups and pages say of one site. Absent facts are empty, never guessed."""

    host: str
    domain: str
    url: str
    registrar: str = ""
    registrar_id: str = ""
    networks: tuple[NetworkTraits, ...] = ()
    addresses: tuple[str, ...] = ()
    registrar_emails: tuple[str, ...] = ()  # from RDAP entities in the role «abuse»
    registrar_source: str = ""
    shield: str = ""  # who hides the origin's address
    looked_up_at: datetime = NEVER
    platform: str = ""  # an id of seeds/hosting.toml
    owner_email: str = ""  # confirmed by a person; scraped ones stay in quarantine


@dataclass(frozen=True, slots=True)
class MoneyTrail:
    """Accounts and phones that the pages name: ``accounts`` as BIN:number, ``phones`` in E.164."""

    accounts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One recipient of the plan. ``problem``: why nothing can be sent there yet, in words, or ""."""

    role: str
    recipient: Recipient
    act: Act
    channel: Channel | None
    legal: tuple[LegalBasis, ...]
    clock: timedelta
    binding: bool
    urls: tuple[str, ...]
    why_vi: str
    why_en: str
    problem: str = ""

    @property
    def language(self) -> str:
        """The language of the notice; a foreign recipient gets its own beside ours."""
        return "vi" if is_vietnamese(self.recipient) else "en"


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to tell, in the order of telling. ``unknown``: what nobody answers for, in words."""

    steps: tuple[Step, ...]
    unknown: tuple[str, ...] = ()


def route(
    sites: tuple[SiteKnown, ...],
    money: MoneyTrail,
    findings: tuple[Finding, ...],
    *,
    registry: RecipientRegistry,
    offices: Offices,
    agency: Agency,
    on: date,
    urgent: bool = False,
) -> Plan:
    """The plan for one scam: one step a recipient, the addresses of all sites grouped.

    A guard that refuses or waits leaves no step; one that narrows leaves those who can remove the page itself.
    """
    if any(finding.effect in {Effect.REFUSE, Effect.WAIT} for finding in findings):
        return Plan(())
    narrow = any(finding.effect is Effect.NARROW for finding in findings)
    clean = any(finding.rule == "hacked-site" for finding in findings)
    named: dict[tuple[str, str], tuple[Recipient, str, str, list[str]]] = {}
    for site in sites:
        for role, recipient, why_vi, why_en in _recipients(site, registry):
            if not (narrow and role not in _CLEANERS):
                _, _, _, urls = named.setdefault((role, recipient.id), (recipient, why_vi, why_en, []))
                urls.append(site.url)
    if not clean:
        for role, recipient, why_vi, why_en in _beyond(money, registry, agency, narrow):
            named.setdefault((role, recipient.id), (recipient, why_vi, why_en, [site.url for site in sites]))
    steps = [
        _step(role, recipient, tuple(dict.fromkeys(urls)), (why_vi, why_en), clean, offices, agency, on, urgent)
        for (role, _), (recipient, why_vi, why_en, urls) in named.items()
        if recipient.is_valid(on) and recipient.automation is not Automation.CLOSED
    ]
    return Plan(tuple(_one_each(sorted(steps, key=_rank))), tuple(_unknown(sites, registry)))


_INSTRUMENTS = ("NĐ ", "Luật ", "TT ", "BLTTHS", "QĐ ", "quản lý ")


def is_vietnamese(recipient: Recipient) -> bool:
    """Whether Vietnamese law binds it: its row names a Vietnamese instrument, or it keeps .vn."""
    return "vn" in recipient.endings or any(mark in words for words in recipient.legal_basis for mark in _INSTRUMENTS)


def _recipients(site: SiteKnown, registry: RecipientRegistry) -> Iterator[tuple[str, Recipient, str, str]]:
    """(role, recipient, why) of those who answer for one site: of our files, or whom registries name as its contact."""
    if site.owner_email and not site.platform:
        channel = Channel(ChannelKind.EMAIL, site.owner_email, ContactState.CONFIRMED)
        owner = _unlisted(f"owner:{site.domain}", f"chủ quản {site.host}", (channel,), "confirmed by a person")
        yield "owner", owner, f"chủ trang {site.host}", f"owner of {site.host}"
    for contact in contacts_for(_traits(site), registry):
        if (recipient := _reached(contact, site)) is not None:
            yield _ROLES.get(contact.role, contact.role), recipient, contact.why_vi, contact.why_en


def _traits(site: SiteKnown) -> SiteTraits:
    return SiteTraits(
        host=site.host,
        domain=site.domain,
        observed_at=site.looked_up_at,
        registrar=site.registrar,
        registrar_id=site.registrar_id,
        registrar_emails=site.registrar_emails,
        registrar_source=site.registrar_source,
        platform=site.platform,
        shield=site.shield,
        networks=site.networks,
    )


def _reached(contact: Contact, site: SiteKnown) -> Recipient | None:
    """The recipient with every channel that reaches it; None for one of whom nothing but a name is known."""
    if contact.recipient is not None:
        return replace(contact.recipient, channels=contact.channels or contact.recipient.channels)
    if not contact.channels:
        return None
    number = site.registrar_id if contact.role == "registrar" else ""
    return _unlisted(f"{contact.role}:{number or contact.name}", contact.name, contact.channels, "RDAP")


def _unlisted(name: str, called: str, channels: tuple[Channel, ...], source: str) -> Recipient:
    """A recipient that no file of ours has, by contacts that a registry or a person vouches for."""
    return Recipient(
        id=name[:64],
        name=called,
        kind=RecipientKind.HOSTING,
        state=ContactState.CONFIRMED,
        accepts=(),
        channels=channels,
        who_may_file="",
        required=(),
        legal_basis=(),
        deadline="",
        automation=Automation.EMAIL_DRAFT,
        source=source,
        valid_from=date.min,
    )


def _beyond(
    money: MoneyTrail, registry: RecipientRegistry, agency: Agency, narrow: bool
) -> Iterator[tuple[str, Recipient, str, str]]:
    """Those who can warn or block without touching the site."""
    if agency.act == Act.PROPOSE:
        for name in ("pa05_hcm", "a05"):
            if police := registry.get(name):
                words = "lực lượng chuyên trách có quyền yêu cầu gỡ, chặn trong 24 giờ"
                yield "authority", police, words, "has the power to require removal"
    if not narrow:
        for isp in registry.of_kind(RecipientKind.ISP):
            yield "isp", isp, "chặn truy cập từ Việt Nam khi nơi lưu trữ không gỡ", "blocks access from Vietnam"
    for browser in registry.of_kind(RecipientKind.BROWSER_LIST):
        yield "browser_list", browser, "cảnh báo người dùng ngay trong trình duyệt", "warns people in their browsers"
    for account in money.accounts:
        if bank := registry.bank(account.partition(":")[0]):
            yield "bank", bank, f"tài khoản nhận tiền {account} mở tại đây", f"keeps the receiving account {account}"
    for phone in money.phones:
        national = "0" + phone.removeprefix("+84") if phone.startswith("+84") else phone
        if carrier := registry.carrier(national):
            yield "carrier", carrier, f"số {national} thuộc đầu số của nhà mạng", f"first carrier of {national}"


def _step(
    role: str,
    recipient: Recipient,
    urls: tuple[str, ...],
    why: tuple[str, str],
    clean: bool,
    offices: Offices,
    agency: Agency,
    on: date,
    urgent: bool,
) -> Step:
    act = _act(recipient, agency, clean)
    legal = offices.bases(act, role, on)
    hours = [entry.urgent_hours if urgent and entry.urgent_hours else entry.hours for entry in legal]
    bound = [number for number in hours if number is not None] if act is Act.REQUIRE else []
    clock = timedelta(hours=min(bound)) if bound else PROPOSED if act is Act.PROPOSE else FOLLOW_UP
    channel = choose_channel(recipient, act)
    return Step(
        role=role,
        recipient=recipient,
        act=act,
        channel=channel,
        legal=legal,
        clock=clock,
        binding=bool(bound),
        urls=urls,
        why_vi=why[0],
        why_en=why[1],
        problem=_problem(recipient, channel, legal, act),
    )


def _act(recipient: Recipient, agency: Agency, clean: bool) -> Act:
    """The strongest act that this agency has towards this recipient: abroad everybody only reports."""
    if clean:
        return Act.ASK_CLEAN
    return Act(agency.act) if is_vietnamese(recipient) else Act.REPORT


def choose_channel(recipient: Recipient, act: Act) -> Channel | None:
    """A usable channel that fits the act: official acts go on paper where that is possible."""
    order = _LETTER_FIRST if act in {Act.REQUIRE, Act.PROPOSE} else _MAIL_FIRST
    usable = [channel for channel in recipient.usable_channels() if channel.kind in order]
    return min(usable, key=lambda channel: order.index(channel.kind), default=None)


def _problem(recipient: Recipient, channel: Channel | None, legal: tuple[LegalBasis, ...], act: Act) -> str:
    if act in {Act.REQUIRE, Act.PROPOSE} and not legal:
        return "no legal basis of this day covers the act towards this recipient"
    if channel is None and act not in {Act.REQUIRE, Act.PROPOSE}:
        waiting = [entry.value for entry in recipient.channels if entry.value]
        known = f" (known: {', '.join(waiting[:3])})" if waiting else ""
        return f"no confirmed channel of {recipient.name}{known}; confirm one before sending"
    return ""


def _rank(step: Step) -> tuple[int, str]:
    return ORDER.index(step.role), step.recipient.id


def _one_each(steps: list[Step]) -> Iterator[Step]:
    """One notice a recipient: who is both host and registrar is told once, in its first role, of all addresses."""
    first: dict[str, Step] = {}
    for step in steps:
        first.setdefault(step.recipient.id, step)
    yield from first.values()


def _unknown(sites: tuple[SiteKnown, ...], registry: RecipientRegistry) -> Iterator[str]:
    for site in sites:
        if site.platform:
            continue
        found = {contact.role for contact in contacts_for(_traits(site), registry) if _reached(contact, site)}
        if not found & {"network", "shield"}:
            where = ", ".join(site.addresses) or "address unknown"
            yield f"{site.host}: nobody in the registry answers for its host ({where}); look up the network's contact"
        if "registrar" not in found:
            named = site.registrar or site.registrar_id or "registrar unknown"
            yield f"{site.domain}: the registry has no row for its registrar ({named})"
