"""What is known of a recipient: whom it is for, by which channels, on what legal basis, and how sure we are."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ContactState(StrEnum):
    """May a channel be used? Only CONFIRMED may, and only while that is fresh enough for the caller."""

    CONFIRMED = "confirmed"  # seen in a dated source, or confirmed by a person
    UNCONFIRMED = "unconfirmed"  # general knowledge: a person confirms it before first use
    QUARANTINED = "quarantined"  # learnt from a source that a fraudster could write to


class RecipientKind(StrEnum):
    REGISTRAR = "registrar"
    REGISTRY = "registry"
    HOSTING = "hosting"
    CDN = "cdn"
    SOCIAL = "social"
    MARKETPLACE = "marketplace"
    APP_STORE = "app_store"
    SHORTENER = "shortener"
    BROWSER_LIST = "browser_list"
    THREAT_LIST = "threat_list"
    AUTHORITY = "authority"
    NGO = "ngo"
    BANK = "bank"
    WALLET = "wallet"
    BANK_SUPERVISOR = "bank_supervisor"
    CARRIER = "carrier"
    ISP = "isp"
    REPORT_LINE = "report_line"


class ChannelKind(StrEnum):
    EMAIL = "email"
    WEB_FORM = "web_form"
    WEB_PAGE = "web_page"
    LETTER = "letter"
    PHONE = "phone"
    SMS = "sms"
    IN_APP = "in_app"
    APP = "app"
    RDAP = "rdap"
    API = "api"
    PORTAL = "portal"
    MEMBER_SYSTEM = "member_system"


class Automation(StrEnum):
    """What the program may prepare. Nothing of it is sent without a person."""

    EMAIL_DRAFT = "email_draft"
    FORM_DRAFT = "form_draft"
    EMAIL_OR_FORM_DRAFT = "email_or_form_draft"
    EMAIL_OR_LETTER = "email_or_letter"
    LETTER = "letter"
    TEXT_DRAFT = "text_draft"
    LIST_EXPORT = "list_export"
    API = "api"
    API_OR_EMAIL = "api_or_email"
    API_OR_FORM_DRAFT = "api_or_form_draft"
    MANUAL = "manual"
    MANUAL_OR_LETTER = "manual_or_letter"
    LOOKUP_BY_HAND = "lookup_by_hand"
    CLOSED = "closed"  # the service ends: nothing is built on it


class Subject(StrEnum):
    """What a recipient takes reports about."""

    WEBSITE = "website"
    DOMAIN = "domain"
    ADDRESS = "address"
    URL = "url"
    APP = "app"
    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    BANK_ACCOUNT = "bank_account"
    WALLET = "wallet"
    SOCIAL_ACCOUNT = "social_account"
    SOCIAL_GROUP = "social_group"
    SOCIAL_POST = "social_post"
    ADVERTISEMENT = "advertisement"
    LISTING = "listing"
    SHOP = "shop"
    SHORT_LINK = "short_link"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a recipient. ``value`` is "" while nobody knows the address; such a channel is never usable."""

    kind: ChannelKind
    value: str
    state: ContactState
    note: str = ""
    last_verified: date | None = None
    verified_by: str = ""

    @property
    def usable(self) -> bool:
        """May something be sent by it?"""
        return bool(self.value) and self.state is ContactState.CONFIRMED


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient. ``deadline_hours``: within which a *binding* request must be met; a plain report binds nobody."""

    id: str
    name: str
    kind: RecipientKind
    state: ContactState
    accepts: tuple[Subject, ...]
    channels: tuple[Channel, ...]
    who_may_file: str
    required: tuple[str, ...]
    legal_basis: tuple[str, ...]
    deadline: str
    automation: Automation
    source: str
    valid_from: date
    deadline_hours: int | None = None
    valid_to: date | None = None
    last_verified: date | None = None
    verified_by: str = ""
    note: str = ""
    endings: tuple[str, ...] = ()  # top-level domains that this registry keeps
    iana_ids: tuple[int, ...] = ()  # of the registrar
    registrar_names: tuple[str, ...] = ()  # as registries spell it, lower case
    platforms: tuple[str, ...] = ()  # ids of seeds/hosting.toml that it runs
    networks: tuple[int, ...] = ()  # autonomous systems that it runs
    bins: tuple[str, ...] = ()  # NAPAS BINs of the bank
    phone_prefixes: tuple[str, ...] = ()  # originally given to this carrier

    def is_valid(self, on: date) -> bool:
        """Does this row hold on that day?"""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def usable_channels(self) -> tuple[Channel, ...]:
        """The channels by which something may be sent."""
        return tuple(channel for channel in self.channels if channel.usable)
