"""Words that a page keeps in its scripts to draw with: what a shell shows once its script has run."""

import html
import json
import re
from collections.abc import Iterable, Iterator

SHELL_CHARACTERS = 600  # a page that draws more than this by itself is read as it stands
_READ_AT_MOST = 300_000  # characters of scripts
_WORDS_AT_MOST = 40_000  # characters taken from them
_OBJECTS_AT_MOST = 5_000
_SHORT = 60  # characters: a name, a price, a number, and not a sentence
_ASSIGNS = re.compile(r"(?:var |let |const )?[\w.$]{1,80}(?:\[[\"']\w{1,80}[\"']\])? {0,3}= {0,3}")
_QUOTED = re.compile(
    r"\"((?:[^\"\\\n]|\\.){4,20000})\"|'((?:[^'\\\n]|\\.){4,20000})'|`((?:[^`\\]|\\.){4,100000})`", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_WHITE = {"n": "\n", "t": " ", "r": " ", "b": " ", "f": " "}
_TAG = re.compile(r"<[^<>]{0,2000}>")
_CODE = re.compile(r"[{}\\=;|^~<>]|\$\(|=>|\bfunction\b|://")


def scripted_words(scripts: Iterable[str]) -> str:
    """Sentences and labels that ``scripts`` hold, one a line, each once; code, addresses and names of fields left out.

    The short values of one object of data make one line, as they are drawn together; markup counts by its words.
    """
    found: dict[str, None] = {}
    room = _WORDS_AT_MOST
    for text in scripts:
        for line in _lines(text[:_READ_AT_MOST].strip()):
            if line not in found and room > 0:
                found[line] = None
                room -= len(line)
    return "\n".join(found)


def _lines(script: str) -> Iterator[str]:
    if data := _data(script):
        yield from _drawn_together(data)
        return
    for quoted in _QUOTED.finditer(script):
        raw = quoted[1] or quoted[2] or quoted[3] or ""
        text = _ESCAPE.sub(_unescape, raw) if "\\" in raw else raw
        if '\\"' in raw and (data := _data(text)):
            yield from _drawn_together(data)
        else:
            yield from _words(text)


def _data(text: str) -> object:
    """The JSON that ``text`` is, or assigns to a name; None where it is something else."""
    start = _ASSIGNS.match(text[:300])
    try:
        return json.JSONDecoder(strict=False).raw_decode(text[start.end() if start else 0 :].lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _drawn_together(data: object) -> Iterator[str]:
    pending, seen = [data], 0
    while pending and seen < _OBJECTS_AT_MOST:
        value, seen = pending.pop(), seen + 1
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
        texts = [text for text in inner if isinstance(text, str) and not _CODE.search(text[:2_000])]
        yield from (line for text in texts if len(text) > _SHORT for line in _words(text))
        if any(map(_reads_as_words, short := [text for text in texts if 2 < len(text) <= _SHORT])):
            yield " - ".join(" ".join(text.split()) for text in short)
        pending.extend(reversed([one for one in inner[:2_000] if isinstance(one, dict | list)]))


def _words(text: str) -> Iterator[str]:
    for line in html.unescape(_TAG.sub("\n", text)).split("\n"):
        if _reads_as_words(line := " ".join(line.split())):
            yield line


def _unescape(found: re.Match[str]) -> str:
    if code := found[1] or found[2]:
        return chr(int(code, 16)) if not 0xD800 <= int(code, 16) <= 0xDFFF else ""
    return _WHITE.get(found[3], found[3])


def _reads_as_words(line: str) -> bool:
    """Is it something to show? Words with a space between them, or letters and signs that no identifier has."""
    if len(line) < 3 or line == "use strict" or _CODE.search(line) or not any(map(str.isalpha, line)):
        return False
    return " " in line or not line.isascii()
