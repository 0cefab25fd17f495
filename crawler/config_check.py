"""Reads the settings and says what is wrong with them: name, file and line, remedy."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from crawler.config import PREFIX, SETTINGS_FILE, Config, UnusableValueError, hide_passwords
from crawler.errors import SettingsError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Words = tuple[str, str]  # English, Vietnamese

_PYDANTIC_VI = {  # by the kinds of fault that the library names
    "bool_parsing": "phải là true hoặc false",
    "float_parsing": "phải là một số",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "int_from_float": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "phải từ {le} trở xuống",
    "finite_number": "phải là một số hữu hạn",
    "string_type": "phải là chữ, trong ngoặc kép",
}
_MAY_HOLD_PASSWORDS = frozenset({"database_url", "artifacts_url", "smtp_url", "imap_url"})


def checked_config() -> Config:
    """The settings of this process and folder. Raises SettingsError with a line for each fault and its remedy."""
    file = Path(SETTINGS_FILE)
    faults = list(setting_faults(os.environ, file))
    try:
        config = Config()
    except ValidationError as error:
        raise _told([*faults, *_value_faults(error, os.environ, file)]) from error
    except (OSError, ValueError) as error:  # the file is unreadable: named already
        raise _told(faults or [(str(error), str(error))]) from error
    if faults:
        raise _told(faults)
    return config


def _told(faults: list[Words]) -> SettingsError:
    return SettingsError("\n".join(en for en, _ in faults), "\n".join(vi for _, vi in faults))


def setting_faults(environ: Mapping[str, str], file: Path) -> Iterator[Words]:
    """What is wrong with the names of settings, and with the file as a whole, in English and Vietnamese."""
    for variable in sorted(environ):
        name = variable.upper().removeprefix(PREFIX).lower()
        if variable.upper().startswith(PREFIX) and name not in Config.model_fields:
            hint, hint_vi = _nearest(name, PREFIX)
            yield (
                f"unknown setting {variable} in the environment; {hint}",
                f"thiết đặt lạ {variable} trong môi trường; {hint_vi}",
            )
    text = ""
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        keys = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        yield (
            f"{file}: cannot be read: {error}; mend it or move it away",
            f"{file}: không đọc được: {error}; sửa hoặc dời nó đi",
        )
        return
    for key in keys:
        if key not in Config.model_fields:
            place, (hint, hint_vi) = f"{file}:{_line(text, key)}", _nearest(key, "")
            yield f"{place}: unknown setting `{key}`; {hint}", f"{place}: thiết đặt lạ `{key}`; {hint_vi}"


def setting_source(name: str, environ: Mapping[str, str], file: Path) -> str:
    """Where a setting's value comes from: the variable, or file and line; empty: the default."""
    for variable in environ:
        if variable.upper() == PREFIX + name.upper():
            return variable
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return f"{file}:{_line(text, name)}" if name in tomllib.loads(text) else ""


def _value_faults(error: ValidationError, environ: Mapping[str, str], file: Path) -> Iterator[Words]:
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if name and name not in Config.model_fields:
            continue  # a key of the file that setting_faults names
        where = setting_source(name, environ, file) or name
        value = hide_passwords(str(fault["input"]))[:200]
        shown = "" if name in _MAY_HOLD_PASSWORDS else repr(value)
        meaning = f"; {Config.model_fields[name].description}" if name else ""
        said, said_vi = _said(fault)
        yield (
            f"{where}: {said}{shown and f' (given: {shown})'}{meaning}",
            f"{where}: {said_vi}{shown and f' (đang là {shown})'}; xem `lachan settings`",
        )


def _said(fault: "ErrorDetails") -> Words:
    """What is wrong with one value."""
    context = fault.get("ctx") or {}
    if isinstance(cause := context.get("error"), UnusableValueError):
        return str(cause), cause.vi
    words = _PYDANTIC_VI.get(fault["type"], "giá trị không dùng được")
    return fault["msg"], words.format_map({name: str(value) for name, value in context.items()})


def _line(text: str, key: str) -> int:
    """The first line that sets ``key``, or opens a table of that name."""
    spelt = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\]=.]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if spelt.match(line)), 1)


def _nearest(name: str, prefix: str) -> Words:
    near = get_close_matches(name, Config.model_fields, n=1, cutoff=0.6)
    if near:
        meant = f"{prefix}{near[0].upper()}" if prefix else near[0]
        return f"did you mean {meant}?", f"có phải {meant}?"
    return "`lachan settings` lists what there is", "`lachan settings` liệt kê những gì có"
