"""The crawler's settings: name, default and help in one place, read from the environment (LACHAN_*) and lachan.toml."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from crawler.errors import SettingsError, words_of

if TYPE_CHECKING:
    from crawler.egress.policy import EgressPolicy

SETTINGS_FILE = "lachan.toml"
PREFIX = "LACHAN_"
_CHOICES = {
    "robots": ("obey", "record"),
    "seal": ("flagged", "all"),
    "ocr": ("auto", "off"),
    "case_level": ("watch", "suspicious", "likely", "near_certain"),  # below, a case would have no evidence
    "language": ("vi", "en"),
    "log_level": ("DEBUG", "INFO", "WARNING", "ERROR"),
}
_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@/\s]*@")


class UnusableValueError(ValueError):
    """What is wrong with a setting's value and what it should be, in English and Vietnamese."""

    def __init__(self, en: str, vi: str) -> None:
        super().__init__(en)
        self.vi = vi


class Config(BaseSettings):
    """Everything that an operator may set. Each field's description is printed in the README's table."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=SETTINGS_FILE, extra="forbid", frozen=True, allow_inf_nan=False
    )

    # -- where things are kept
    data_dir: Path = Field(Path("var"), description="Folder of the database, the evidence and the lock.")
    database_url: str = Field(
        "", description="Database; empty: SQLite in data_dir. `postgresql+psycopg://user@host/name`: PostgreSQL."
    )
    artifacts_url: str = Field(
        "", description="Evidence store; empty: a folder in data_dir. `s3://bucket/prefix` for S3."
    )
    s3_endpoint: str = Field(
        "", description="S3 endpoint when it is not AWS. Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    )
    free_mb: int = Field(
        200,
        ge=0,
        description="MB that must be free on the disks of data_dir and of the evidence before a target is taken.",
    )
    # -- what is swept and how politely
    user_agent: str = Field(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/156.0.0.0 Mobile Safari/537.36",
        description="User agent of plain fetches: a phone's, since many frauds show themselves to phones alone.",
    )
    referrer: str = Field(
        "https://l.facebook.com/", description="Where plain fetches of a front page say they come from; empty: nowhere."
    )
    concurrency: int = Field(16, ge=1, le=256, description="Requests under way at once.")
    concurrent_sites: int = Field(32, ge=1, le=1000, description="Sites under way at once.")
    delay: float = Field(0.5, ge=0, le=3600, description="Seconds between two requests to one host.")
    fetch_seconds: float = Field(20.0, gt=0, le=120, description="Seconds until a plain fetch is given up.")
    per_host: int = Field(2, ge=1, le=16, description="Requests under way to one host.")
    pages_per_site: int = Field(6, ge=1, le=50, description="Pages read of one site, the front page among them.")
    robots: str = Field(
        "obey",
        description="`obey`: robots.txt is recorded and obeyed, except when an open case is verified; "
        "`record`: recorded only, for an authority that has the right to look.",
    )
    revisit_hours: float = Field(
        24.0,
        gt=0,
        le=87_600,
        description="Hours until a swept site is due again; suspicious ones come four times as often.",
    )
    max_attempts: int = Field(4, ge=1, description="Failed visits before a target waits for its ordinary turn.")
    seal: str = Field(
        "flagged",
        description="`flagged`: evidence of the visits of sites at «watch» or above; `all`: of every visit.",
    )
    case_level: str = Field(
        "suspicious",
        description="Level from which an assessment opens a case: `watch`, `suspicious`, `likely` or `near_certain`.",
    )
    # -- the browser
    browser: str = Field("auto", description="`auto`, `off`, or the path of a Chromium.")
    browser_pages: int = Field(
        2, ge=1, le=8, description="Pages rendered at once; beside slow ones up to as many again."
    )
    press: bool = Field(
        True,
        description="Press what stands before a page (an age question, a consent, «enter») in a visit of its own; "
        "`false`: a gate is recorded, and nothing is pressed.",
    )
    ocr: str = Field(
        "auto",
        description="`auto`: words drawn as pictures are read from the screenshot where tesseract with Vietnamese is "
        "installed; `off`.",
    )
    # -- the only way out
    egress_allow: str = Field(
        "",
        description="Exact `ip:port` pairs, comma-separated, allowed although private (tests, a local proxy).",
    )
    egress_map: str = Field(
        "",
        description="`name=ip[:port]`, `name:port=ip:port` or `*.name=...`, comma-separated: names that are not "
        "looked up (tests, the demo).",
    )
    egress_ports: str = Field("80,443,8080,8443", description="Ports that may be dialled.")
    egress_own: str = Field(
        "",
        description="Our own public addresses as the world sees them, comma-separated; those of this machine's "
        "interfaces are known. Never dialled.",
    )

    # -- judging
    learned: bool = Field(
        True, description="Ask the learned model beside the rules; it adds little, and never decides."
    )

    # -- enrichment
    enrich: bool = Field(True, description="Ask RDAP, WHOIS, DNS and TLS about sites at «watch» or above.")
    rdap_base: str = Field(
        "", description="Base URL of an RDAP server to use for every domain (tests, a mirror); empty: the bootstrap."
    )
    rdap_bootstrap: str = Field(
        "https://data.iana.org/rdap/dns.json",
        description="RDAP bootstrap registry (RFC 9224), fetched at most once a week and kept in data_dir.",
    )
    whois_server: str = Field("", description="host:port of a WHOIS server to use for every domain (tests, a mirror).")
    lookup_interval: float = Field(
        1.0,
        ge=0,
        le=3600,
        description="Seconds between two questions to one registry, of all processes.",
    )
    asn_zone: str = Field(
        "origin.asn.cymru.com",
        description="DNS zone that says which network announces an address; empty: the network's number stays unknown.",
    )
    maxmind_files: str = Field(
        "", description="The operator's own MaxMind-format files (ASN, country), comma-separated; empty: none."
    )
    whois_api: str = Field(
        "",
        description="A contracted look-up service, `{domain}` where the name goes; empty: off. Only with a contract "
        "that allows it.",
    )
    whois_api_key_file: str = Field("", description="File with the key of that service, sent as `X-API-Key`.")
    # -- sealing
    timestamp_urls: str = Field(
        "https://freetsa.org/tsr,http://timestamp.digicert.com",
        description="RFC 3161 authorities, tried in order; empty: no time-stamps, and evidence says so.",
    )
    timestamp_ca: str = Field(
        "",
        description="PEM file with the authorities' roots, old ones kept beside renewed ones; empty: the chain is left "
        "for the third party to check.",
    )
    witness: str = Field(
        "",
        description="File in which each new head of the audit log is noted, best on another machine's disk; empty: "
        "heads.log in data_dir.",
    )
    # -- the desk
    agency: str = Field("so_khcn_hcm", description="Who writes the notices: an id of takedown/offices/agencies.toml.")
    records_key_file: str = Field(
        "",
        description="File of the keys that seal personal data: owner-record requests, and what registries answer; "
        "`lachan records new-key` makes it. Back it up apart from the database.",
    )
    records_keep_days: int = Field(
        730, ge=1, le=36_500, description="Days after the end of an owner-record request until it is erased."
    )
    records_ordinary_days: int = Field(
        5, ge=1, le=60, description="Working days to answer an owner-record request for which no law sets a clock."
    )
    mail_from: str = Field("", description="The mailbox that notices come from, as desk@agency.example.")
    sending: bool = Field(False, description="Whether released mails leave; until then the outbox says what would.")
    smtp_url: str = Field("", description="Mail server: `smtp://user:password@host:587` or `smtps://...`.")
    imap_url: str = Field(
        "", description="Mailbox of the answers: `imaps://user:password@host/INBOX` (`imap://` for STARTTLS)."
    )
    send_hours: str = Field(
        "07:00-20:00", description="Vietnamese time in which mails leave on working days; empty: at any time."
    )
    mails_per_hour: int = Field(6, ge=1, le=1000, description="Mails to one recipient in an hour.")
    desk_listen: str = Field("127.0.0.1:8321", description="host:port that `lachan serve` listens on.")
    desk_https: bool = Field(
        False,
        description="People reach the desk over https, through a proxy that ends TLS: cookies travel over it only.",
    )
    desk_url: str = Field(
        "",
        description="The desk's address as people type it, as https://desk.agency.example; for a sign-in provider.",
    )
    oidc_issuer: str = Field(
        "",
        description="Issuer of an OpenID Connect provider through which linked people may sign in too; empty: off.",
    )
    oidc_client_id: str = Field("", description="What the provider calls the desk.")
    oidc_client_secret_file: str = Field(
        "", description="File with the desk's secret at the provider; empty: a public client, guarded by PKCE alone."
    )
    oidc_origins: str = Field(
        "",
        description="Further origins of the provider, comma-separated, as https://keys.provider.example; its issuer's "
        "own is known, and nothing is sent to any other.",
    )
    control_url: str = Field(
        "", description="A page that is always up; without seeing it nothing is called down. Your own front page."
    )
    # -- how we speak
    language: str = Field("vi", description="`vi` or `en`: the language of reasons and tables.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator(*_CHOICES)
    @classmethod
    def _choice(cls, value: str, info: ValidationInfo) -> str:
        choices = _CHOICES[info.field_name or ""]
        if value not in choices:
            known = ", ".join(f"`{each}`" for each in choices[:-1])
            raise UnusableValueError(f"must be {known} or `{choices[-1]}`", f"phải là {known} hoặc `{choices[-1]}`")
        return value

    @field_validator("data_dir")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        if os.path.isfile(value):  # noqa: PTH113  Path.is_file raises where a folder above may not be read
            raise UnusableValueError("is a file; name a folder", "là một tệp; hãy nêu một thư mục")
        return value

    @field_validator("rdap_base", "rdap_bootstrap", "control_url", "timestamp_urls")
    @classmethod
    def _addresses(cls, value: str, info: ValidationInfo) -> str:
        entries = value.split(",") if info.field_name == "timestamp_urls" else [value]
        if not all(is_web_address(entry.strip()) for entry in entries if entry.strip()):
            raise UnusableValueError(
                "must be an address that begins with http:// or https://",
                "phải là địa chỉ bắt đầu bằng http:// hoặc https://",
            )
        return value

    @field_validator("desk_url", "oidc_issuer", "oidc_origins")
    @classmethod
    def _sign_in_addresses(cls, value: str, info: ValidationInfo) -> str:
        several, whole = info.field_name == "oidc_origins", info.field_name == "oidc_issuer"
        for entry in [each.strip() for each in value.split(",")] if several else [value]:
            if entry and not is_safe_address(entry, path=whole):
                more = "" if whole else " and ends with the host"
                raise ValueError(f"must be an address that begins with https://{more} (http:// for this machine alone)")
        return value if whole else value.rstrip("/")

    @field_validator("whois_api")
    @classmethod
    def _template(cls, value: str) -> str:
        if value and not (is_web_address(value) and value.startswith("https://") and value.count("{domain}") == 1):
            raise UnusableValueError(
                "must be an https:// address with {domain} once, as https://api.example/whois/{domain}",
                "phải là địa chỉ https:// có {domain} đúng một lần, như https://api.example/whois/{domain}",
            )
        return value

    @field_validator("whois_server")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (host and re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536):
            raise UnusableValueError(
                "must be host:port, as whois.example.net:43", "phải là máy:cổng, như whois.example.net:43"
            )
        return value

    @field_validator("egress_allow", "egress_map", "egress_ports", "egress_own")
    @classmethod
    def _egress(cls, value: str, info: ValidationInfo) -> str:
        from crawler.egress.policy import EgressPolicy

        name = info.field_name or ""
        try:
            policy = EgressPolicy.parse(**{name: value})
        except SettingsError as error:
            raise UnusableValueError(*(words.removeprefix(f"{name}: ") for words in words_of(error))) from error
        if not policy.ports:
            raise UnusableValueError(
                "names no port; write numbers from 1 to 65535, comma-separated",
                "không nêu cổng nào; viết số từ 1 đến 65535, cách nhau bằng dấu phẩy",
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        from storage.db import parse_url
        from storage.errors import DatabaseUnavailableError

        try:
            if value:
                parse_url(value)
        except DatabaseUnavailableError as error:
            raise UnusableValueError(str(error), error.vi) from error
        return value

    @field_validator("artifacts_url")
    @classmethod
    def _store(cls, value: str) -> str:
        from storage.artifacts import parse_store_url
        from storage.errors import ArtifactStoreUnavailableError

        try:
            if value:
                parse_store_url(value)
        except ArtifactStoreUnavailableError as error:
            raise UnusableValueError(hide_passwords(str(error)), hide_passwords(error.vi)) from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def egress_policy(self) -> "EgressPolicy":
        """Which addresses may be dialled: made here alone, so that nobody who dials leaves one of the settings out."""
        from crawler.egress.policy import EgressPolicy

        return EgressPolicy.parse(self.egress_allow, self.egress_map, self.egress_ports, self.egress_own)

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'lachan.sqlite'}"

    @property
    def witness_file(self) -> Path:
        """Where heads of the audit log are noted; each database that is not in data_dir has a file of its own there."""
        if self.witness:
            return Path(self.witness)
        mark = f"-{sha256(hide_passwords(self.database_url).encode()).hexdigest()[:8]}" if self.database_url else ""
        return self.data_dir.absolute() / f"heads{mark}.log"

    @property
    def artifacts(self) -> str:
        """The evidence store's URL, with the default filled in."""
        return self.artifacts_url or f"file://{self.data_dir.absolute() / 'artifacts'}"


def hide_passwords(text: str) -> str:
    """The text with the passwords of its URLs as ``***``."""
    return _PASSWORD.sub(r"\1:***@", text)


def is_web_address(text: str) -> bool:
    """Is ``text`` an http(s) URL with a host?"""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and text.isprintable()
    except ValueError:
        return False


def is_safe_address(text: str, *, path: bool) -> bool:
    """Is ``text`` an https address of a host, http only on this machine's loopback? ``path``: may name a folder too."""
    if not is_web_address(text) or len(text) > 255 or not text.isascii():
        return False
    parts = urlsplit(text)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    plain = not (parts.query or parts.fragment or "?" in text or "#" in text or "@" in parts.netloc)
    return plain and (parts.scheme == "https" or local) and (path or parts.path in {"", "/"})
