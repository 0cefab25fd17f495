"""The crawler's settings: name, default and help in one place, read from the environment (LACHAN_*) and lachan.toml."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

SETTINGS_FILE = "lachan.toml"


class Config(BaseSettings):
    """Everything that an operator may set. Each field's description is printed in the README's table."""

    model_config = SettingsConfigDict(env_prefix="LACHAN_", toml_file=SETTINGS_FILE, extra="forbid", frozen=True)

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
    delay: float = Field(0.5, ge=0, description="Seconds between two requests to one host.")
    fetch_seconds: float = Field(20.0, gt=0, le=120, description="Seconds until a plain fetch is given up.")
    per_host: int = Field(2, ge=1, le=16, description="Requests under way to one host.")
    pages_per_site: int = Field(6, ge=1, le=50, description="Pages read of one site, the front page among them.")
    robots: str = Field(
        "obey",
        description="`obey`: robots.txt is recorded and obeyed, except when an open case is verified; "
        "`record`: recorded only, for an authority that has the right to look.",
    )
    revisit_hours: float = Field(
        24.0, gt=0, description="Hours until a swept site is due again; suspicious ones come four times as often."
    )
    max_attempts: int = Field(4, ge=1, description="Failed visits before a target waits for its ordinary turn.")
    seal: str = Field(
        "flagged",
        description="`flagged`: evidence of the visits of sites at «watch» or above; `all`: of every visit.",
    )
    case_level: str = Field("suspicious", description="Level from which an assessment opens a case.")
    # -- the browser
    browser: str = Field("auto", description="`auto`, `off`, or the path of a Chromium.")
    browser_pages: int = Field(2, ge=1, le=8, description="Pages rendered at once.")
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
    # -- sealing
    timestamp_urls: str = Field(
        "https://freetsa.org/tsr,http://timestamp.digicert.com",
        description="RFC 3161 authorities, tried in order; empty: no time-stamps, and evidence says so.",
    )
    timestamp_ca: str = Field(
        "",
        description="PEM file with the authorities' roots; empty: the chain is left for the third party to check.",
    )
    # -- how we speak
    language: str = Field("vi", description="`vi` or `en`: the language of reasons and tables.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("robots")
    @classmethod
    def _robots(cls, value: str) -> str:
        if value not in {"obey", "record"}:
            raise ValueError("must be `obey` or `record`")
        return value

    @field_validator("seal")
    @classmethod
    def _seal(cls, value: str) -> str:
        if value not in {"flagged", "all"}:
            raise ValueError("must be `flagged` or `all`")
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

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'lachan.sqlite'}"

    @property
    def artifacts(self) -> str:
        """The evidence store's URL, with the default filled in."""
        return self.artifacts_url or f"file://{self.data_dir.absolute() / 'artifacts'}"
