"""Makes hostile markup safe for the tree builders: nodes, depth, giant tags and base64 blobs, in linear time.

Both builders cost the square of the nesting depth (end tags search the open elements) and one of them the square of
the attributes on one tag, so both are bounded here, before any tree exists.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from crawler.bounds import Bounds
from crawler.parsing.islands import seal_islands

TAG_CHARACTERS = 16_384  # longest tag kept whole, once blobs are out
SUSPICIOUS_TAGS = 4_000  # below this many tags even full nesting is cheap
BLOB_CHARACTERS = 1_024
OPTIONS = 2_000  # of one page; a tree builder copies all earlier ones at each new one
_KEPT_OF_TAG = 4_096
_TRIES = 32

# Found by the plain sign before a payload, and only then by what must stand before that: most text holds no such sign.
_PAYLOAD_SIGN = "64,"
_PAYLOAD = re.compile(r"[A-Za-z0-9+/=%\r\n]{1024,}+")
_BLOB_HEAD = re.compile(r"data:[a-z0-9.+/\-]{0,60}(?:;[a-z0-9=\-]{1,40}){0,3};base64,\Z", re.IGNORECASE)
_BLOB_HEAD_CHARACTERS = 200
# A quote opens a value only after "="; an unclosed one swallows the rest, as in a browser: each character is read once.
_INSIDE = r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?+)*+>?"
_TAG = re.compile(rf"<[a-zA-Z]{_INSIDE}")
# The same, aware of comments and of elements whose content is no markup ("i<n" in a script opens no tag).
_TOKEN = re.compile(
    rf"<!--(?:[^-]++|-(?!->))*+|(<(script|style|textarea|title)\b{_INSIDE})((?:[^<]++|<(?!/\2))*+)|<[a-zA-Z]{_INSIDE}",
    re.IGNORECASE,
)
_OPENS = re.compile(r"<[a-zA-Z]")
_LONG_VALUE = re.compile(r"(=\s*+(?:\"[^\"]{2000}|'[^'\"]{2000}))(?:[^\"']*+)([\"'])")
_OPTION = re.compile(r"<opt(?:ion|group)\b[^<>]*+>?", re.IGNORECASE)
_NAME = r"[a-zA-Z][a-zA-Z0-9:\-]{0,60}"
_RAW = "script|style|textarea|title|xmp|iframe|noembed|noframes"
# One step through markup: a comment, an end tag, a tag, or an element whose content is no markup, up to its end tag.
# Names by which no such element begins go first: most tags are through with it there.
_STEP = re.compile(
    rf"<!--(?:[^-]++|-(?!->))*+|</({_NAME})[^>]*+>?|<((?![sStTxXiInN]){_NAME}){_INSIDE}"
    rf"|(?i:<({_RAW})(?![a-z0-9:\-]){_INSIDE}(?:[^<]++|<(?!/\3))*+)|<({_NAME}){_INSIDE}"
)
# Tags that are empty or that the next of their kind closes: they make no depth.
_FLAT_TEXT = (
    "area base br col embed hr img input link meta param source track wbr p li option optgroup td th tr tbody thead"
    " tfoot dt dd rp rt colgroup html head body"
)
_FLAT = frozenset(_FLAT_TEXT.split())


@dataclass(frozen=True, slots=True)
class Tamed:
    """Markup fit for a tree builder. ``blobs``: base64 payloads taken out, in order; a tag refers to one as ``~n``."""

    markup: str
    blobs: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


def tame_markup(text: str, bounds: Bounds) -> Tamed:
    """Cut ``text`` to what may be parsed within ``bounds``; never raises."""
    gaps: list[str] = []
    markup, blobs = _without_blobs(text)
    markup = seal_islands(markup)
    if len(markup) > TAG_CHARACTERS:
        markup = _without_giant_tags(markup, gaps)
    tags = markup.count("<")
    if tags > OPTIONS:
        markup = _without_late_options(markup, gaps)
    if tags > 2 * bounds.nodes:
        markup = _cut_after_tags(markup, 2 * bounds.nodes)
        gaps.append(f"markup cut after {2 * bounds.nodes} tags")
    if tags > min(SUSPICIOUS_TAGS, 16 * bounds.depth):
        markup = _flatten(markup, bounds.depth, gaps)
    return Tamed(markup, blobs, tuple(gaps))


def _without_blobs(text: str) -> tuple[str, tuple[str, ...]]:
    blobs: list[str] = []
    kept: list[str] = []
    copied = 0
    sign = text.find(_PAYLOAD_SIGN)
    while sign >= 0:
        begun = sign + len(_PAYLOAD_SIGN)
        payload = _PAYLOAD.match(text, begun)
        if payload and _BLOB_HEAD.search(text[max(0, begun - _BLOB_HEAD_CHARACTERS) : begun]):
            kept += (text[copied:begun], f"~{len(blobs)}")
            blobs.append(payload[0])
            copied = payload.end()
        sign = text.find(_PAYLOAD_SIGN, max(begun, copied))
    return ("".join((*kept, text[copied:])) if blobs else text), tuple(blobs)


def _without_giant_tags(text: str, gaps: list[str]) -> str:
    if not _may_hold_giant_tag(text) or not any(len(tag) > TAG_CHARACTERS for tag in _TAG.findall(text)):
        return text
    cut = _TOKEN.sub(_shorten, text)
    if len(cut) < len(text):
        gaps.append(f"tags longer than {TAG_CHARACTERS} characters cut")
    return cut


def _may_hold_giant_tag(text: str) -> bool:
    """Quickly, and never wrongly «no»: steps from one ">" that surely ends what stands before it to another.

    No tag reaches over such a place, so only a stretch between two that is long enough may hold a giant.
    """
    place = 0
    while len(text) - place > TAG_CHARACTERS:
        end = text.rfind(">", place, place + TAG_CHARACTERS)
        for _ in range(_TRIES):
            if end < 0 or _surely_ends(text, place, end):
                break
            end = text.rfind(">", place, end)
        else:
            return True
        if end < 0:
            end = text.find(">", place + TAG_CHARACTERS)
            end = len(text) if end < 0 else end
            if _OPENS.search(text, place, end - TAG_CHARACTERS + 2):
                return True
            if end < len(text) and not _surely_ends(text, place, end):
                return True
        place = end + 1
    return False


def _surely_ends(text: str, start: int, end: int) -> bool:
    """Is the ">" at ``end`` in no quoted value that was opened behind ``start``? Such a value follows "="."""
    for quote in "\"'":
        opened = text.rfind(quote, start, end)
        if opened >= 0:
            before = text[max(start, opened - _TRIES) : opened].rstrip()
            if not before or before.endswith("="):
                return False
    return True


def _shorten(found: re.Match[str]) -> str:
    tag, body = (found[1], found[3]) if found[1] else (found[0], "")
    if len(tag) <= TAG_CHARACTERS or tag.startswith("<!--"):
        return found[0]
    tag = _LONG_VALUE.sub(r"\1\2", tag)  # drawings and inline documents: long, yet few attributes
    return (tag if len(tag) <= TAG_CHARACTERS else tag[:_KEPT_OF_TAG] + '">') + body


def _without_late_options(text: str, gaps: list[str]) -> str:
    """Leave out the tags of options beyond the bound; their text stays."""
    if text.count("<o") + text.count("<O") <= OPTIONS:
        return text
    starts = (found.start() for found in _OPTION.finditer(text))
    late = next(islice(starts, OPTIONS, None), None)
    if late is None:
        return text
    gaps.append(f"options after the first {OPTIONS} read as plain text")
    return text[:late] + _OPTION.sub(" ", text[late:])


def _cut_after_tags(text: str, count: int) -> str:
    position = -1
    for _ in range(count):
        position = text.find("<", position + 1)
    return text[:position]


def _flatten(text: str, limit: int, gaps: list[str]) -> str:
    """Leave out tags that would nest deeper than ``limit``; their text stays."""
    if not _nests_deeper(text, limit):
        return text
    kept: list[str] = []
    opened: Counter[str] = Counter()
    depth = copied = 0
    for found in _STEP.finditer(text):
        closing, name = bool(found[1]), (found[1] or found[2] or found[4] or "").lower()
        if not name or name in _FLAT or (closing and not opened[name]):
            continue
        depth -= closing
        if depth >= limit:
            kept += (text[copied : found.start()], " ")
            copied = found.end()
        depth += not closing
        opened[name] += -1 if closing else 1
    gaps.append(f"nesting deeper than {limit} flattened")
    return "".join((*kept, text[copied:]))


def _nests_deeper(text: str, limit: int) -> bool:
    """The same count without places, all that most pages cost.

    An end tag takes a level off only where an element of its name is open: those of nothing would hide any depth.
    """
    opened: Counter[str] = Counter()
    depth = 0
    for ended, begun, _, begun_too in _STEP.findall(text):
        name = ended or begun or begun_too
        if not name.islower():
            name = name.lower()
        if name in _FLAT or not name:
            continue
        if not ended:
            opened[name] += 1
            depth += 1
            if depth > limit:
                return True
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
    return False
