"""What is known of a page and of its domain: frozen values that rules read and nothing else writes.

Every amount of money is in whole Vietnamese dong unless its name says otherwise, every time is an aware UTC datetime,
every URL is absolute. An empty tuple means «looked for, not found»; what could not be looked for is in ``gaps``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Link:
    """An ``<a href>`` (or area, or a scripted location) with the words a visitor clicks on."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One input as the visitor meets it; ``label``: its label, placeholder or aria-label, the first there is."""

    name: str
    type: str = "text"
    label: str = ""
    autocomplete: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form, or a set of inputs outside any form (``action`` is then empty). ``action`` is absolute."""

    action: str
    method: str
    fields: tuple[FormField, ...] = ()
    text: str = ""  # its visible words, the button's among them
    hidden: tuple[tuple[str, str], ...] = ()  # names and values of hidden inputs


@dataclass(frozen=True, slots=True)
class Price:
    """A price in dong; ``was`` is the struck-out price beside it, ``text`` what the page showed."""

    amount: int
    was: int | None = None
    text: str = ""
    item: str = ""  # the product's name, where the markup ties one to the price

    @property
    def discount(self) -> float | None:
        """Share taken off, 0 to 1, when an earlier price is shown."""
        return 1 - self.amount / self.was if self.was and self.was > self.amount else None


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    FIXED = "fixed"
    PREMIUM = "premium"  # 1900
    TOLL_FREE = "toll_free"  # 1800
    SHORT = "short"
    POLICE = "police"  # 069
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Phone:
    number: str  # E.164, or the short number as dialled
    kind: PhoneKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Handle:
    """A contact in a chat or social network, such as zalo, telegram, facebook, messenger, tiktok, viber, whatsapp."""

    platform: str
    value: str  # account, group invite or number, as the platform spells it
    url: str = ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A (bank, number, holder) triple; ``bank`` is our brand id or ``""``, ``bin`` the NAPAS BIN or ``""``."""

    number: str
    bank: str = ""
    bin: str = ""
    holder: str = ""
    text: str = ""  # where it was read
    source: str = "text"  # text | vietqr | picture


@dataclass(frozen=True, slots=True)
class PaymentQR:
    """A VietQR (or other EMV) code read from a picture. ``crc_ok`` False: the code is damaged or forged."""

    payload: str
    bin: str = ""
    account: str = ""
    service: str = ""  # account | card | merchant | ""
    amount: int | None = None
    message: str = ""
    crc_ok: bool = True
    image_url: str = ""


@dataclass(frozen=True, slots=True)
class Wallet:
    """An e-wallet asked to be paid. ``provider``: momo, zalopay, viettelmoney, vnpay, shopeepay, paypal..."""

    provider: str
    account: str
    holder: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CryptoAddress:
    currency: str  # btc | eth | tron | ...
    address: str
    checksum_ok: bool | None = None  # None: this currency's form carries no checksum


@dataclass(frozen=True, slots=True)
class TaxCode:
    """``kind``: enterprise (10 digits), branch (13), personal (12 digits, since 2025-07-01; personal data)."""

    value: str
    valid: bool
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class MinistryBadge:
    """The ministry of trade's «notified / registered» badge: genuine only when linked to a record on online.gov.vn."""

    link: str  # absolute, or "" when it is a picture without a link
    record_id: str = ""  # the id in online.gov.vn/Home/WebDetails/<id> or AppDetails/<id>
    kind: str = ""  # notified | registered | ""

    @property
    def links_to_record(self) -> bool:
        return bool(self.record_id)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the page says runs it. Empty fields were not stated."""

    name: str = ""
    address: str = ""
    representative: str = ""
    text: str = ""


class TrickKind(StrEnum):
    COUNTDOWN = "countdown"
    FAKE_ACTIVITY = "fake_activity"  # «chị Lan ở Hà Nội vừa đặt mua»
    FEW_LEFT = "few_left"
    RIGHT_CLICK_BLOCKED = "right_click_blocked"
    DEVTOOLS_BLOCKED = "devtools_blocked"
    OBFUSCATED_SCRIPT = "obfuscated_script"
    BOT_API = "bot_api"  # sends what is typed to a Telegram/Discord bot
    META_REFRESH = "meta_refresh"
    HIDDEN_TEXT = "hidden_text"
    COPIED_PAGE = "copied_page"  # «saved from url», HTTrack and kin
    SCRIPT_POSTS = "script_posts"  # a script sends data to another host's address
    WALLET_APPROVAL = "wallet_approval"  # a script asks a crypto wallet for the right to move its tokens


@dataclass(frozen=True, slots=True)
class Trick:
    kind: TrickKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tracker:
    """An analytics or advertising id. ``kind``: ga, gtm, facebook_pixel, tiktok_pixel, histats, hotjar..."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class KitMark:
    """A digest of what built a page. ``kind``: files (its own scripts and sheets) or markup (how a part is nested)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class GoodsMark:
    """A digest of the name of something that a page sells, with the lowest price in dong that is asked for it."""

    value: str
    price: int


@dataclass(frozen=True, slots=True)
class Download:
    """A file offered for installing. ``kind``: apk, ipa, mobileconfig, exe, msi, dmg, archive."""

    url: str
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Emblem:
    """A picture by which the page says whose it is. ``mark``: what it looks like, "" where it was not captured."""

    kind: str  # logo | icon
    url: str  # "data:#…" for one that is written into the page
    mark: str = ""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page as read. ``text`` is what a visitor could read, NFC, one block a line."""

    url: str
    observed_at: datetime
    title: str = ""
    text: str = ""
    recognised: str = ""  # the lines of ``text`` that stood only in a picture, as OCR read them
    description: str = ""
    site_name: str = ""
    headings: tuple[str, ...] = ()
    language: str = ""  # BCP 47 primary tag judged from the text, "" when there is too little of it
    declared_language: str = ""
    canonical: str = ""
    links: tuple[Link, ...] = ()
    forms: tuple[Form, ...] = ()
    prices: tuple[Price, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    handles: tuple[Handle, ...] = ()
    bank_accounts: tuple[BankAccount, ...] = ()
    payment_qrs: tuple[PaymentQR, ...] = ()
    wallets: tuple[Wallet, ...] = ()
    crypto_addresses: tuple[CryptoAddress, ...] = ()
    tax_codes: tuple[TaxCode, ...] = ()
    badges: tuple[MinistryBadge, ...] = ()
    owner: Owner | None = None
    tricks: tuple[Trick, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    kits: tuple[KitMark, ...] = ()
    goods: tuple[GoodsMark, ...] = ()  # of a page that sells at least five things by name
    downloads: tuple[Download, ...] = ()
    images: tuple[Image, ...] = ()
    emblems: tuple[Emblem, ...] = ()
    script_hosts: tuple[str, ...] = ()
    dress_hosts: tuple[str, ...] = ()  # hosts of style sheets and of the page's icon
    frame_urls: tuple[str, ...] = ()
    published_at: str = ""  # as the page's metadata states it
    is_article: bool = False  # its own metadata or shape says news, blog or encyclopaedia
    status: int = 200
    html_bytes: int = 0
    gaps: tuple[str, ...] = ()  # what was cut or could not be read, e.g. "text cut at 2000000 characters"

    @property
    def written(self) -> str:
        """``text`` without what stood only in a picture: only one vantage's picture is read."""
        return self.text.removesuffix(self.recognised).rstrip("\n") if self.recognised else self.text


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What the fast reader saw of a page: enough to decide whether it is worth the slower readers and the browser.

    ``text`` also holds alt texts, placeholders, button and option words and the meta description; sizes are in
    characters unless named bytes; hosts are lower case, each once, the page's own among them.
    """

    url: str
    title: str = ""
    text: str = ""
    link_hosts: tuple[str, ...] = ()
    form_hosts: tuple[str, ...] = ()  # where forms are sent
    script_hosts: tuple[str, ...] = ()
    field_types: tuple[str, ...] = ()  # one a field, in page order
    field_names: tuple[str, ...] = ()
    field_labels: tuple[str, ...] = ()  # label, placeholder or aria-label; "" where there is none
    has_password: bool = False
    has_form: bool = False
    image_count: int = 0
    link_count: int = 0
    script_count: int = 0
    script_bytes: int = 0  # inline only
    text_length: int = 0
    html_bytes: int = 0
    declared_language: str = ""
    meta_refresh: str = ""  # absolute target, or "" when there is none
    frame_count: int = 0
    is_shell: bool = False  # an empty app shell: nothing to read before its scripts ran
    apk_link: str = ""  # the first link to an Android package, absolute
    qr_images: tuple[str, ...] = ()  # pictures that look like a payment code, absolute
    signs: tuple[str, ...] = ()  # names of cheap oddities, e.g. "base64_blob", "bot_api"
    draws: tuple[str, ...] = ()  # by what else a page with little text may show words, e.g. "handler", "style-words"
    gaps: tuple[str, ...] = ()


class LookupState(StrEnum):
    """How a look-up ended. Only FOUND carries facts; none of the others is evidence for or against anybody."""

    FOUND = "found"
    REDACTED = "redacted"
    NO_PUBLIC_SERVICE = "no_public_service"
    UNREGISTERED = "unregistered"
    REFUSED = "refused"
    THROTTLED = "throttled"
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question to one service, with how it ended."""

    service: str  # rdap | whois | dns | tls
    state: LookupState
    source: str = ""  # the server that answered
    reason: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...] = ()
    sha256: str = ""
    self_signed: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One source's word on one fact, as it said it. ``confidence``: high | medium | low."""

    field: str  # a name of DomainFacts
    value: str
    service: str
    source: str
    confidence: str
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Who holds the network of one address. ``asn`` is the network that announces it, where that is known."""

    address: str
    range: str = ""  # first and last address, as the registry writes them
    name: str = ""
    holder: str = ""
    country: str = ""  # where it is registered, not where the machine stands
    asn: int | None = None
    as_name: str = ""
    abuse_emails: tuple[str, ...] = ()  # from RDAP entities with the abuse role only
    source: str = ""


@dataclass(frozen=True, slots=True)
class DnsRecords:
    """The records of one type that a name has."""

    name: str
    type: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """What registries and servers say of a host's registrable domain. Absent facts are None or empty, never guessed."""

    domain: str  # registrable domain, A-label form
    host: str
    observed_at: datetime
    lookups: tuple[Lookup, ...] = ()
    registrar: str = ""
    registrar_id: str = ""  # IANA id
    registrant: str = ""  # a marker of storage/owner_names.py where the name is sealed or erased
    registrant_kind: str = ""  # organisation, where the registry's field says so
    registered_at: datetime | None = None
    updated_at: datetime | None = None
    expires_at: datetime | None = None
    statuses: tuple[str, ...] = ()  # EPP
    nameservers: tuple[str, ...] = ()
    abuse_emails: tuple[str, ...] = ()  # from RDAP entities with the abuse role only
    addresses: tuple[str, ...] = ()
    mail_servers: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()  # leaf first
    dns_records: tuple[DnsRecords, ...] = ()
    networks: tuple[Network, ...] = ()
    shield: str = ""  # a CDN or reverse proxy stands before it: the origin's address is hidden
    shield_sign: str = ""  # how it was recognised
    platform: str = ""  # id of seeds/hosting.toml: the host is a customer's name below a platform's
    logged_at: datetime | None = None  # when the leaf certificate entered the first certificate log
    statements: tuple[Statement, ...] = ()  # who said what, unmerged

    def state(self, service: str) -> LookupState:
        """How the look-up at ``service`` ended; NOT_ASKED when there was none."""
        return next((entry.state for entry in self.lookups if entry.service == service), LookupState.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class VantageDifference:
    """How two looks at one URL differ. ``similarity`` is of the visible words, 0 to 1."""

    url: str
    first: str  # vantage names
    second: str
    similarity: float
    first_final_url: str = ""
    second_final_url: str = ""
    first_status: int = 0
    second_status: int = 0
    only_first: tuple[str, ...] = ()  # a few telling lines
    only_second: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageView:
    """A page's facts together with the vantage that they were read from."""

    facts: PageFacts
    vantage: str = "fetch"  # fetch | phone | desktop


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand to protect, as far as rules need it."""

    id: str
    type: str  # bank, wallet, marketplace, government, ...
    name: str
    names: tuple[str, ...] = ()  # other names and tokens that a page may use
    domains: tuple[str, ...] = ()  # official registrable domains or hosts
    boundary: bool = True  # tokens match as whole words only
    bins: tuple[str, ...] = ()
    emblems: tuple[str, ...] = ()  # marks of its logos and icons, learnt from its own pages; empty: never learnt


@dataclass(frozen=True, slots=True)
class KnownSign:
    """An account, wallet, address, phone or kit of this site that stands in a case of another, confirmed by people."""

    kind: str  # bank_account | wallet | crypto | phone | kit
    value: str  # the account, address, number or digest by itself
    case: int
    host: str  # of the case


@dataclass(frozen=True, slots=True)
class SeenGoods:
    """Goods of this site that one other shop, of other people as far as is known, was seen to sell before."""

    host: str
    since: datetime  # when the last of them was first seen there
    goods: tuple[GoodsMark, ...]  # as that shop prices them


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """All that is known of one site at assessment: its pages from every vantage, its domain, what differs."""

    host: str
    domain: str  # registrable domain
    observed_at: datetime
    pages: tuple[PageView, ...] = ()
    domain_facts: DomainFacts | None = None
    differences: tuple[VantageDifference, ...] = ()
    brands: tuple[Brand, ...] = field(default=(), repr=False)
    known: tuple[KnownSign, ...] = ()  # empty: nothing is known, which speaks neither for nor against the site
    seen_goods: tuple[SeenGoods, ...] = ()  # empty: nothing of what it sells is known from one other shop alone
    learned: bool = True  # may the learned model be asked? An operator's setting, kept here so that scoring stays pure
