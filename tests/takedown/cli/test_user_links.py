"""Links to a sign-in provider, and its settings, from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import SettingsError
from storage.db import open_engine
from takedown.cli.checks import Health
from takedown.cli.sign_in_provider import check_provider, make_provider, provider_settings
from tests.takedown.desk import AN, hire

ISSUER = "https://id.office.example/realms/so"
Run = Callable[..., tuple[int, str, str]]


def test_a_person_is_linked_listed_and_unlinked(run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(sqlite_url)
    hire(engine, AN)
    engine.dispose()
    code, _, err = run("users", "link", "an", "7f3c")
    assert (code, "LACHAN_OIDC_ISSUER" in err) == (2, True)
    monkeypatch.setenv("LACHAN_OIDC_ISSUER", ISSUER)
    assert run("users", "link", "an", "7f3c")[0] == 0
    (row,) = json.loads(run("users", "links", "--json")[1])
    assert (row["staff_name"], row["issuer"], row["subject"], row["linked_by"]) == ("an", ISSUER, "7f3c", "console")
    assert "7f3c" in run("users", "links")[1]
    assert run("users", "link", "an", "8")[0] == 2
    assert run("users", "unlink", "an")[0] == 0
    assert run("users", "unlink", "an")[0] == 2


def test_settings_that_do_not_fit_together_are_named(tmp_path: Path) -> None:
    assert make_provider(Config()) is None
    with pytest.raises(SettingsError, match="LACHAN_OIDC_CLIENT_ID, LACHAN_DESK_URL"):
        make_provider(Config(oidc_issuer=ISSUER))
    whole = Config(oidc_issuer=ISSUER, oidc_client_id="lachan", desk_url="https://desk.example/")
    settings = provider_settings(whole)
    assert settings is not None
    assert settings.back == "https://desk.example/sign-in/provider/back"
    assert settings.back in check_provider(whole).found
    secret = tmp_path / "secret"
    lost = whole.model_copy(update={"oidc_client_secret_file": str(secret)})
    with pytest.raises(SettingsError, match="cannot be read"):
        provider_settings(lost)
    secret.write_text("\n")
    with pytest.raises(SettingsError, match="empty"):
        provider_settings(lost)
    secret.write_text("mot bi mat\n")
    secret.chmod(0o644)
    assert check_provider(lost).health is Health.WARN
    secret.chmod(0o600)
    assert check_provider(lost).health is Health.OK


@pytest.mark.parametrize(
    "setting",
    [
        {"oidc_issuer": "http://id.office.example"},
        {"oidc_issuer": "https://id.office.example/?realm=so"},
        {"oidc_origins": "https://keys.example/path"},
        {"oidc_origins": "https://a@keys.example"},
        {"desk_url": "https://desk.example/lachan"},
        {"desk_url": "desk.example"},
    ],
)
def test_an_address_that_is_not_safe_is_refused(setting: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="https://"):
        Config(**setting)  # type: ignore[arg-type]
