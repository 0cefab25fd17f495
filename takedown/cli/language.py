"""The language of a command's words, without loading every setting where the environment answers."""

import os
from typing import Final

SETTINGS_FILE: Final = "lachan.toml"  # as in crawler.config, whose library takes longer to load than a message to judge


def chosen_language(english: bool) -> str:
    """``en`` where asked for, else the setting. Raises SettingsError for a setting that cannot be used."""
    if english:
        return "en"
    if os.environ.get("LACHAN_LANGUAGE") in {"vi", "en"}:
        return os.environ["LACHAN_LANGUAGE"]
    return _configured() if os.environ.get("LACHAN_LANGUAGE") or os.path.lexists(SETTINGS_FILE) else "vi"


def fault_language(*, english: bool) -> str:
    """The same for a fault, which may be that the setting cannot be used: then the environment's, or Vietnamese."""
    from crawler.errors import SettingsError

    try:
        return chosen_language(english)
    except SettingsError:
        return os.environ.get("LACHAN_LANGUAGE", "vi")


def _configured() -> str:
    from takedown.cli.configured import load_config

    return load_config().language
