"""The operator's settings as the commands use them: checked, and listed with where each value comes from."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.config import PREFIX, SETTINGS_FILE, Config, hide_passwords
from crawler.config_check import checked_config, setting_source


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting as it stands here. ``source``: default, the variable's name, or file and line."""

    name: str
    variable: str
    default: str
    value: str
    source: str
    help: str


def load_config() -> Config:
    """The settings of this process and folder. Raises SettingsError naming each fault with its remedy."""
    return checked_config()


def list_settings(config: Config) -> tuple[SettingView, ...]:
    """Every setting in the order of the settings file's documentation, passwords hidden."""
    return tuple(_view(name, config) for name in Config.model_fields)


def _view(name: str, config: Config) -> SettingView:
    field = Config.model_fields[name]
    return SettingView(
        name=name,
        variable=PREFIX + name.upper(),
        default=_word(field.default),
        value=hide_passwords(_word(getattr(config, name))),
        source=setting_source(name, os.environ, Path(SETTINGS_FILE)) or "default",
        help=field.description or "",
    )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
