"""The operator's settings, with every unknown name and unusable value refused in words that say where it stands."""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crawler.config import SETTINGS_FILE, Config
from crawler.errors import SettingsError

PREFIX = "LACHAN_"
_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@/\s]*@")


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
    faults = list(setting_faults(os.environ, Path(SETTINGS_FILE)))
    if faults:
        raise SettingsError("\n".join(faults))
    try:
        return Config()
    except ValidationError as error:
        raise SettingsError("\n".join(_value_faults(error, os.environ, Path(SETTINGS_FILE)))) from error


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


def list_settings(config: Config) -> tuple[SettingView, ...]:
    """Every setting in the order of the settings file's documentation, passwords hidden."""
    return tuple(_view(name, config) for name in Config.model_fields)


def _view(name: str, config: Config) -> SettingView:
    field = Config.model_fields[name]
    return SettingView(
        name=name,
        variable=PREFIX + name.upper(),
        default=_word(field.default),
        value=_PASSWORD.sub(r"\1:***@", _word(getattr(config, name))),
        source=_source(name, os.environ, Path(SETTINGS_FILE)) or "default",
        help=field.description or "",
    )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _source(name: str, environ: Mapping[str, str], file: Path) -> str:
    for variable in environ:
        if variable.upper() == PREFIX + name.upper():
            return variable
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return f"{file}:{_line(text, name)}" if name in tomllib.loads(text) else ""


def _value_faults(error: ValidationError, environ: Mapping[str, str], file: Path) -> Iterable[str]:
    for fault in error.errors(include_url=False, include_context=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        where = _source(name, environ, file) or name
        given = "" if name.endswith(("url", "urls")) else f" (given: {str(fault['input'])[:80]!r})"
        yield f"{where}: {fault['msg']}{given}; {Config.model_fields[name].description if name else ''}"


def _line(text: str, key: str) -> int:
    """The first line that sets ``key``, or opens a table of that name."""
    spelt = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\]=.]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if spelt.match(line)), 1)


def _nearest(name: str, prefix: str) -> str:
    near = get_close_matches(name, Config.model_fields, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {prefix}{near[0].upper() if prefix else near[0]}?"
    return "; `lachan settings` lists what there is"
