"""Reads the settings and says what is wrong with them: name, file and line, remedy."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from crawler.config import PREFIX, SETTINGS_FILE, Config, hide_passwords
from crawler.errors import SettingsError

_MAY_HOLD_PASSWORDS = frozenset({"database_url", "artifacts_url", "smtp_url", "imap_url"})


def checked_config() -> Config:
    """The settings of this process and folder. Raises SettingsError with a line for each fault and its remedy."""
    file = Path(SETTINGS_FILE)
    faults = list(setting_faults(os.environ, file))
    try:
        config = Config()
    except ValidationError as error:
        raise SettingsError("\n".join([*faults, *_value_faults(error, os.environ, file)])) from error
    except (OSError, ValueError) as error:
        raise SettingsError("\n".join(faults) or str(error)) from error  # the file is unreadable: named already
    if faults:
        raise SettingsError("\n".join(faults))
    return config


def setting_faults(environ: Mapping[str, str], file: Path) -> Iterator[str]:
    """What is wrong with the names of settings, and with the file as a whole."""
    for variable in sorted(environ):
        name = variable.upper().removeprefix(PREFIX).lower()
        if variable.upper().startswith(PREFIX) and name not in Config.model_fields:
            yield f"unknown setting {variable} in the environment{_nearest(name, PREFIX)}"
    text = ""
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        keys = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        yield f"{file}: cannot be read: {error}; mend it or move it away"
        return
    for key in keys:
        if key not in Config.model_fields:
            yield f"{file}:{_line(text, key)}: unknown setting `{key}`{_nearest(key, '')}"


def setting_source(name: str, environ: Mapping[str, str], file: Path) -> str:
    """Where a setting's value comes from: the variable, or file and line; empty: the default."""
    for variable in environ:
        if variable.upper() == PREFIX + name.upper():
            return variable
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return f"{file}:{_line(text, name)}" if name in tomllib.loads(text) else ""


def _value_faults(error: ValidationError, environ: Mapping[str, str], file: Path) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_context=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if name and name not in Config.model_fields:
            continue  # a key of the file that setting_faults names
        where = setting_source(name, environ, file) or name
        value = hide_passwords(str(fault["input"]))[:200]
        given = "" if name in _MAY_HOLD_PASSWORDS else f" (given: {value!r})"
        meaning = f"; {Config.model_fields[name].description}" if name else ""
        yield f"{where}: {fault['msg'].removeprefix('Value error, ')}{given}{meaning}"


def _line(text: str, key: str) -> int:
    """The first line that sets ``key``, or opens a table of that name."""
    spelt = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\]=.]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if spelt.match(line)), 1)


def _nearest(name: str, prefix: str) -> str:
    near = get_close_matches(name, Config.model_fields, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {prefix}{near[0].upper() if prefix else near[0]}?"
    return "; `lachan settings` lists what there is"
