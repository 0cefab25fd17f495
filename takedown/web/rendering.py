"""Turns a template and its values into a page, in the visitor's language and with Vietnam's time."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from takedown import words
from takedown.categories import category_name
from takedown.inert import inert
from takedown.reasons import reason_words
from takedown.reports.content import VIETNAM
from takedown.web import access, choices
from takedown.web.assets import asset
from takedown.words import word

FOLDER = Path(__file__).parent
_QUOTED = re.compile(r"«([^»]{1,200})»")


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page."""
    visitor = access.visitor_of(request)
    language = visitor.language
    page = environment().get_template(template)
    text = page.render(
        request=request,
        visitor=visitor,
        language=language,
        _=_chooser(language),
        word=lambda table, value: word(table, str(value), language),
        category=lambda value: category_name(value or "other", language),
        now=access.desk_of(request).clock(),
        access=access,
        words=words,
        choices=choices,
        **values,
    )
    return HTMLResponse(text, status)


@cache
def environment() -> Environment:
    """Templates escape everything; a name that a page forgot is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        finalize=_inert,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # it looks at every file of every page anew: whoever edits one starts the desk again
        cache_size=-1,
    )
    made.globals["asset"] = asset
    made.filters.update(time=shown_time, day=shown_day, age=shown_age, lines=shown_lines, query=urlencode)
    made.filters["exact"] = escape  # in a field, for whoever typed it: sent again it must be the same, letter by letter
    made.filters.update(isoday=shown_isoday, reason=reason_words)
    made.filters.update(number=shown_number, marked=shown_marked, trace=shown_trace)
    return made


def shown_time(moment: datetime | None) -> str:
    """As people in Vietnam write it, in Vietnam's time."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if moment is not None else ""


def shown_day(moment: datetime | None) -> str:
    """The day alone."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y") if moment is not None else ""


def shown_isoday(day: str) -> str:
    """A stored YYYY-MM-DD as people in Vietnam write it; whatever else is stored stays as it is."""
    parts = day.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else day


def shown_age(span: timedelta, language: str = "vi") -> str:
    """The largest unit that fits: 3 ngày, 5 giờ, 12 phút."""
    seconds = int(abs(span.total_seconds()))
    for size, vi, en in ((86400, "ngày", "d"), (3600, "giờ", "h"), (60, "phút", "min")):
        if seconds >= size:
            return f"{seconds // size} {vi if language == 'vi' else en}"
    return "vừa xong" if language == "vi" else "just now"


def shown_number(value: float, language: str = "vi", signed: bool = False) -> str:
    """One decimal place, behind a comma in Vietnamese; the signed parts of a sum have two, so that they add up."""
    text = f"{value:+.2f}" if signed else f"{value:.1f}"
    return text.replace(".", ",") if language == "vi" else text


def shown_marked(excerpt: str, message: str) -> Markup:
    """An excerpt with the words that the message quotes highlighted; the whole of it where it quotes none of them."""
    text = inert(excerpt, limit=4000)
    quoted = {inert(words) for words in _QUOTED.findall(message) if len(words) > 1}
    found = [each for each in sorted(quoted, key=len, reverse=True) if each.casefold() in text.casefold()]
    if not found:
        return Markup("<mark>{}</mark>").format(text)
    pieces = re.split(f"({'|'.join(map(re.escape, found))})", text, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if place % 2 else piece for place, piece in enumerate(pieces)
    )


def shown_trace(value: str, kind: str) -> str:
    """An indicator as people say it: an account without its bank's number, a digest by its beginning."""
    if kind == "registrant":
        return f"{value[:12]}…" if value else ""
    if kind == "bank_account":
        return value.partition(":")[2] or value
    return value.replace(":", " ", 1) if kind in {"handle", "wallet", "crypto", "tracker", "kit"} else value


def shown_lines(text: str) -> Markup:
    """Several lines, each inert, for a ``<pre>``."""
    return Markup("\n").join(inert(line, limit=4000) for line in text.splitlines()[:2000])


def _inert(value: Any) -> Any:
    """Whatever a page prints: hostile characters are spelt out before the template escapes the rest."""
    return inert(value, limit=20_000) if isinstance(value, str) and not isinstance(value, Markup) else value


def _chooser(language: str) -> Callable[[str, str], str]:
    return lambda vi, en: en if language == "en" else vi
