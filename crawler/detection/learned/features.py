"""A page as the learned model sees it: hashed pieces of words, and its structure as yes-or-no statements.

How long a page is, in which language it is and where it stands are left out on purpose: in any collection of examples
they tell how the examples were gathered. Of Vietnamese pages the words are left out as well: the labelled frauds in
Vietnamese come from so few kits that any Vietnamese word would speak against its page.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.detection.facts import Form, PageFacts
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import registrable

BUCKETS = 1 << 15
SHORTEST, LONGEST = 3, 5  # letters of a piece; a word's edges count as letters
UNREAD_LANGUAGE = "vi"  # its words are not looked at
_HEAD, _TAIL = 2_500, 500  # characters read of the text, so that padding and length matter little
_FORM_TEXT, _HEADINGS = 600, 8
_WORD_AT_MOST = 24
_WORDS_AT_MOST = 700
_WORD = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """``words``: each different word with its buckets; ``structure``: the statements that hold."""

    words: Mapping[str, tuple[int, ...]]
    structure: tuple[str, ...]


def read_features(facts: PageFacts) -> PageFeatures:
    """The features of a page. Bounded: a long page costs no more than a short one."""
    texts = () if facts.language == UNREAD_LANGUAGE else _texts(facts)
    words = dict.fromkeys(_WORD.findall(fold_plain("\n".join(texts))))
    chosen = [word[:_WORD_AT_MOST] for word in words][:_WORDS_AT_MOST]
    return PageFeatures({word: word_buckets(word) for word in chosen}, tuple(sorted(set(_structure(facts)))))


def _texts(facts: PageFacts) -> Iterable[str]:
    yield facts.title
    yield from facts.headings[:_HEADINGS]
    for form in facts.forms[:8]:
        yield form.text[:_FORM_TEXT]
        yield from (f"{entry.label} {entry.name}" for entry in form.fields[:20])
    yield facts.text[:_HEAD]
    yield facts.text[_HEAD:][-_TAIL:]


def word_buckets(word: str) -> tuple[int, ...]:
    """The buckets of a word's pieces, each once."""
    edged = f" {word} ".encode()
    pieces = (
        edged[start : start + size]
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(max(1, len(edged) - size + 1))
    )
    return tuple(dict.fromkeys(zlib.crc32(piece) % BUCKETS for piece in pieces))


def _structure(facts: PageFacts) -> Iterable[str]:
    fields = [entry for form in facts.forms for entry in form.fields]
    kinds = {entry.type for entry in fields}
    yield from (f"field:{kind}" for kind in kinds & {"password", "email", "tel", "file", "search", "checkbox"})
    if facts.forms:
        yield "forms:1" if len(facts.forms) == 1 else "forms:2-4" if len(facts.forms) < 5 else "forms:5+"
    if len(fields) >= 6:
        yield "fields:6+"
    for form in facts.forms:
        yield from _action(form, facts.url)
    yield from _links(facts)
    yield from (f"trick:{trick.kind.value}" for trick in facts.tricks)
    for name in ("badges", "tax_codes", "prices", "trackers", "handles", "phones", "emails", "downloads", "frame_urls"):
        if getattr(facts, name):
            yield f"has:{name}"
    if facts.is_article:
        yield "has:article"
    if not facts.title.strip():
        yield "no:title"


def _action(form: Form, url: str) -> Iterable[str]:
    typed = [entry for entry in form.fields if entry.type not in {"hidden", "submit", "button", "search"}]
    if not typed:
        return
    here, there = urlsplit(url), urlsplit(form.action)
    if not form.action or form.action == url:
        yield "action:self"
    elif there.hostname and registrable(there.hostname) != registrable(here.hostname or ""):
        yield "action:elsewhere"
    elif there.path.endswith((".php", ".asp")) and there.path.count("/") == 1:
        yield "action:lone-script"
    else:
        yield "action:path"
    if form.method == "post":
        yield "method:post"
    if form.hidden:
        yield "form:hidden"


def _links(facts: PageFacts) -> Iterable[str]:
    if not facts.links:
        yield "links:none"
        return
    here = registrable(urlsplit(facts.url).hostname or "")
    parts = [urlsplit(link.url) for link in facts.links[:400]]
    dead = sum(
        part.scheme not in {"http", "https"} or part._replace(fragment="").geturl() == facts.url for part in parts
    )
    away = [registrable(part.hostname or "") for part in parts if part.hostname]
    outside = [host for host in away if host != here]
    yield from _share("links-dead", dead / len(parts))
    yield from _share("links-outside", len(outside) / len(parts))
    if len(outside) >= 4 and max(map(outside.count, set(outside))) / len(outside) > 0.8:
        yield "links-outside:one-host"


def _share(name: str, share: float) -> Iterable[str]:
    yield f"{name}:most" if share > 0.6 else f"{name}:some" if share > 0.1 else f"{name}:few"
