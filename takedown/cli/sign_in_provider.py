"""The sign-in provider as the settings name it, lent to the desk with the crawler's only way out."""

import stat
from collections.abc import Mapping
from pathlib import Path

from crawler.config import Config
from crawler.egress.policy import EgressPolicy
from crawler.errors import SettingsError
from takedown.cli.checks import Check, Health
from takedown.oidc.provider import MAX_BYTES, Answer, Ask, Provider, ProviderSettings, origin_of

SECONDS = 10.0
MAX_SECRET = 4096


def make_provider(config: Config) -> Provider | None:
    """None where none is set. Raises SettingsError for settings that do not fit together."""
    settings = provider_settings(config)
    return Provider(settings, asking(config.egress_policy())) if settings is not None else None


def provider_settings(config: Config) -> ProviderSettings | None:
    """Raises SettingsError."""
    from takedown.web.pages.provider import BACK

    if not config.oidc_issuer:
        return None
    missing = [f"LACHAN_{name.upper()}" for name in ("oidc_client_id", "desk_url") if not getattr(config, name)]
    if missing:
        names = ", ".join(missing)
        raise SettingsError(
            f"LACHAN_OIDC_ISSUER needs {names} beside it; set it, or empty LACHAN_OIDC_ISSUER",
            f"có LACHAN_OIDC_ISSUER thì cần cả {names}; đặt thêm, hoặc bỏ trống LACHAN_OIDC_ISSUER",
        )
    return ProviderSettings(
        issuer=config.oidc_issuer,
        client_id=config.oidc_client_id,
        back=config.desk_url + BACK,
        secret=read_secret(config.oidc_client_secret_file),
        origins=frozenset(origin_of(each.strip()) for each in config.oidc_origins.split(",") if each.strip()),
    )


def read_secret(name: str) -> str:
    """The first line of a file. Raises SettingsError."""
    if not name:
        return ""
    try:
        with Path(name).open(encoding="utf-8") as file:
            secret = file.readline(MAX_SECRET).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"LACHAN_OIDC_CLIENT_SECRET_FILE: {name} cannot be read: {error}",
            f"LACHAN_OIDC_CLIENT_SECRET_FILE: không đọc được {name}: {error}",
        ) from error
    if not secret:
        raise SettingsError(
            f"LACHAN_OIDC_CLIENT_SECRET_FILE: {name} is empty; put the secret on its first line",
            f"LACHAN_OIDC_CLIENT_SECRET_FILE: {name} trống; ghi bí mật ở dòng đầu",
        )
    return secret


def asking(policy: EgressPolicy) -> Ask:
    """One question through the egress policy: no redirect is followed, no broken certificate is taken."""

    def ask(method: str, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        from crawler.egress.http import REDIRECTS, FetchError, fetch_now
        from crawler.errors import EgressRefusedError
        from takedown.errors import ProviderDownError

        try:
            answer = fetch_now(
                policy, method, address, body=body, headers=headers, max_bytes=MAX_BYTES, seconds=SECONDS,
                max_redirects=0,
            )  # fmt: skip
        except EgressRefusedError as error:
            raise ProviderDownError(
                f"the provider may not be dialled: {error}; see LACHAN_EGRESS_ALLOW",
                f"không được phép kết nối tới nơi đăng nhập: {error}; xem LACHAN_EGRESS_ALLOW",
            ) from error
        except FetchError as error:
            raise ProviderDownError(
                f"the provider cannot be reached: {error}", f"không tới được nơi đăng nhập: {error}"
            ) from error
        if answer.truncated or answer.status in REDIRECTS:
            raise ProviderDownError(
                f"{address} answers too much (over {MAX_BYTES:,} bytes), or elsewhere",
                f"{address} trả lời quá nhiều (trên {MAX_BYTES:,} byte), hoặc chuyển đi nơi khác",
            )
        return Answer(answer.status, answer.body)

    return ask


def check_provider(config: Config) -> Check:
    """Whether the settings fit together; the provider itself is not asked. Raises SettingsError."""
    name, settings = "sign-in provider", provider_settings(config)
    if settings is None:
        return Check(name, Health.OK, "off: people enter with passwords", found_vi="tắt: mọi người vào bằng mật khẩu")
    secret = config.oidc_client_secret_file
    if secret and Path(secret).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        found, found_vi = f"{secret} can be read by others", f"người khác đọc được {secret}"
        return Check(name, Health.WARN, found, f"chmod 600 {secret}", found_vi)
    found = f"{settings.issuer} as {settings.client_id}; register there: {settings.back}"
    found_vi = f"{settings.issuer} dưới tên {settings.client_id}; đăng ký ở đó: {settings.back}"
    return Check(name, Health.OK, found, found_vi=found_vi)
