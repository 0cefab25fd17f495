"""JSON whose bytes do nothing to a terminal, a log or a page that shows them, and mean the same to every parser."""

import json
import re
import unicodedata
from typing import Any

from starlette.responses import JSONResponse

from takedown.inert import UNSEEN

_ODD = re.compile(r"[^\w\x20-\x7e]|[<>&]")


class InertJson(JSONResponse):
    """Control, direction and invisible characters, and those of markup, leave as ``\\uXXXX``."""

    def render(self, content: Any) -> bytes:
        """Raises ValueError for NaN and infinity, which are no JSON."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return _ODD.sub(_spelt, text).encode()


def _spelt(match: re.Match[str]) -> str:
    letter = match.group()
    if letter not in "<>&" and unicodedata.category(letter) not in UNSEEN:
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
