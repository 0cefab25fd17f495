"""Whom a page claims to be: brands in its title, logo, copyright line and sign-in form, and which claims are false."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from crawler.detection.brands import BrandIndex, Mention
from crawler.detection.facts import Brand, PageFacts
from crawler.detection.fold import fold_plain

_LOGO = re.compile(r"logo|thuong hieu")
_LOGO_FILE = re.compile(
    r"/(?:([a-z0-9-]{2,30})[-_.]?logo[\w.-]{0,20}|logo[-_.]([a-z0-9-]{2,30}))\.(?:png|svg|jpe?g|gif|webp)$"
)
_RIGHTS = re.compile(r"©|\(c\)|[Cc]opyright|Bản quyền")
_TITLE_PARTS = re.compile(r"\s[-–—|·•:»«]\s|\s?[|·•»]\s?")
_TITLE_PART_WORDS = 7  # a longer part of a title is a sentence: it speaks of a brand, rather than as one
# «Tỷ giá Vietcombank», «FE Credit là gì»: about a brand, not by it.
_SPEAKS_OF = re.compile(
    r"\b(?:ty gia|gia vang|lai suat (?:tiet kiem|hom nay)|so sanh|danh gia|review|cach|la gi|ma swift|swift code"
    r"|co phieu|tuyen dung|vs|how to|what is|alternatives?)\b"
)
_LITTLE_TEXT = 1_500  # characters of a page that is hardly more than its form
_LINE_WORDS = 9
# «Sign in with Google», «follow us on Facebook»: another's door, not a claim.
_ANOTHER_DOOR = re.compile(
    r"\b(?:with|via|using|through|continue|connect|follow|share|like us|join us|or"
    r"|bang|qua|voi|hoac|theo doi|chia se)\b"
)
_SIGNS_IN = re.compile(
    r"\b(?:log|sign|login|signin|account|password|id|dang nhap|tai khoan|mat khau|welcome|chao mung|vi)\b"
)
_NAME_FROM = 4  # letters
_NO_NAME = frozenset(
    ["logo", "login", "sign", "signin", "account", "secure", "home", "page", "online", "banking", "dang", "nhap"]
)
_PASSES_BY = frozenset({"social"})  # linked from every footer: named alone, they claim nothing
_CARDS = frozenset({"card"})
_LENDERS = frozenset({"bank", "consumer_finance"})
_LIST = re.compile(r"[,/&]|\b(?:và|hoặc|and|or)\b")
_STEM = re.compile(r"/([a-z][a-z-]{2,30})\.(?:png|svg|jpe?g|gif|webp)$")
# Brands whose sheets and icons half the web is built with.
_LENDS_DRESS = frozenset({"google-account", "wordpress", "github", "gitlab", "stackoverflow", "twitter", "youtube"})
OWN_DRESS = frozenset({"bank", "government", "tax", "consumer_finance", "game"})


@dataclass(frozen=True)
class Claims:
    """The brands of one page. ``asks``: a password, code or card can be typed in on it."""

    facts: PageFacts
    index: BrandIndex
    host: str
    is_story: bool = False
    asks: bool = False

    @cached_property
    def all(self) -> tuple[Mention, ...]:
        """Every brand claimed, each once, in the order of how plainly it is claimed.

        An article's headline names whom it writes about, and a row of logos shows what one may pay with or sign in by:
        neither claims to be anybody.
        """
        if self.is_story:
            return ()
        found: dict[str, Mention] = {}
        for mention in (*self.titled, *self.owned, *self.shown, *self.addressed, *self.dressed):
            found.setdefault(mention.brand.id, mention)
        return tuple(found.values())

    @cached_property
    def false(self) -> tuple[Mention, ...]:
        """Claimed brands of which the host is no site; none while the host is unknown."""
        return tuple(entry for entry in self.all if not self.index.is_honest_host(self.host, entry.brand))

    def places(self, brand: Brand) -> int:
        """In how many of title, copyright line, logo and form the brand is named; a title counts for two."""
        weights = ((self.titled, 2), (self.owned, 1), (self.shown, 1), (self.addressed, 1), (self.dressed, 1))
        return sum(weight for named, weight in weights if any(entry.brand == brand for entry in named))

    @cached_property
    def titled(self) -> tuple[Mention, ...]:
        """By title, site name or first headings, where these are names rather than sentences or a list of lenders."""
        if self.is_story:
            return ()
        return self.index.mentions("\n".join(part for part in _title_parts(self.facts) if not self._lists(part)))

    @cached_property
    def owned(self) -> tuple[Mention, ...]:
        """By the copyright line."""
        return self.index.mentions("\n".join(self._rights()))

    @cached_property
    def shown(self) -> tuple[Mention, ...]:
        """By the logo at the head of the page; none where there are several, or a payment card's.

        A picture that bears the title's brand as its file's name is its logo as well.
        """
        shown = self.index.mentions("\n".join(self._logos()))
        if len(self.facts.text) > _LITTLE_TEXT:
            shown = tuple(entry for entry in shown if entry.brand.type not in _PASSES_BY)
        shown = () if _several(shown) or any(entry.brand.type in _CARDS for entry in shown) else shown
        return shown or tuple(entry for entry in self._pictured() if entry.brand in {one.brand for one in self.titled})

    @cached_property
    def addressed(self) -> tuple[Mention, ...]:
        """By a page that is hardly more than a form: its first line, its fields' labels, «log in to …»."""
        if not self.asks or len(self.facts.text) > _LITTLE_TEXT or self._bears_a_name_of_its_own():
            return ()
        found = tuple(dict.fromkeys(mention for line, first in self._form_lines() for mention in self._in(line, first)))
        return () if _several(found) or any(entry.brand.type in _CARDS for entry in found) else found

    @cached_property
    def dressed(self) -> tuple[Mention, ...]:
        """By styles or icon from the brand's own host, or a bank's or office's scripts: others have no use for them.

        On a page that asks for nothing only those of banks and offices count.
        """
        facts = self.facts
        sheets = {brand.id: Mention(brand, host) for host in facts.dress_hosts if (brand := self.index.owner_of(host))}
        if not self.asks:
            return tuple(entry for entry in sheets.values() if entry.brand.type in OWN_DRESS)
        scripts = {
            brand.id: Mention(brand, host) for host in facts.script_hosts if (brand := self.index.owner_of(host))
        }
        own = {key: entry for key, entry in scripts.items() if entry.brand.type in OWN_DRESS}
        lent = {key: entry for key, entry in sheets.items() if key not in _LENDS_DRESS}
        return tuple((own | lent).values())

    def _lists(self, part: str) -> bool:
        """«Home Credit, FE Credit, HD Saison»: whose loans a shop takes or compares, none of whom it is."""
        named = self.index.mentions(part) if _LIST.search(part) else ()
        return len(named) > 1 and {entry.brand.type for entry in named} <= _LENDERS and _several(named)

    def _pictured(self) -> Iterable[Mention]:
        """Brands after which one of the first pictures is called."""
        stems = (_STEM.search(image.url[-120:].lower()) for image in self.facts.images[:3])
        names = [stem[1].replace("-", " ") for stem in stems if stem]
        return self.index.mentions("\n".join((*map(str.title, names), *map(str.upper, names))))

    def _in(self, line: str, first: bool) -> Iterable[Mention]:
        folded = fold_plain(line)
        if len(line.split()) > _LINE_WORDS or _ANOTHER_DOOR.search(folded):
            return ()
        plain = first or _SIGNS_IN.search(folded) is not None
        return (entry for entry in self.index.mentions(line) if plain or entry.brand.type not in _PASSES_BY)

    def _bears_a_name_of_its_own(self) -> bool:
        """Do title and logo or copyright line share a name of no brand? Then a brand at a field is another door."""
        title = set(fold_plain(self.facts.title).split())
        signed = [image.alt[:80] for image in self.facts.images[:4]]
        signed += [line[:120] for line in self.facts.text[-3_000:].split("\n") if "©" in line]
        own = {word for line in signed for word in fold_plain(line).split()}
        named = {word for word in title & own if len(word) >= _NAME_FROM} - _NO_NAME
        return bool(named) and not self.index.mentions(self.facts.title)

    def _form_lines(self) -> Iterator[tuple[str, bool]]:
        """Short lines of text and labels, each with whether it opens the page."""
        pictured = {image.alt.strip() for image in self.facts.images[:8]}  # a logo is counted as one already
        lines = self.facts.text.split("\n")[:40]
        yield from ((line, place == 0) for place, line in enumerate(lines) if line.strip() not in pictured)
        yield from ((entry.label, False) for form in self.facts.forms[:5] for entry in form.fields[:12] if entry.label)

    def _logos(self) -> Iterator[str]:
        for place, image in enumerate(self.facts.images[:8]):
            if image.alt and (place == 0 or _LOGO.search(fold_plain(f"{image.alt} {image.url[-80:]}"))):
                yield image.alt[:80]
            elif name := _LOGO_FILE.search(image.url[-120:].lower()):
                yield re.sub(r"[-_.]", " ", name[1] or name[2])

    def _rights(self) -> Iterator[str]:
        """Lines in which the page says whose it is."""
        for match in islice(_RIGHTS.finditer(self.facts.text, max(0, len(self.facts.text) - 5_000)), 3):
            yield self.facts.text[match.start() : match.start() + 80].split("\n")[0]


def _several(mentions: tuple[Mention, ...]) -> bool:
    """Are there brands of different owners? Two entries that share a domain are one."""
    return any(not set(mentions[0].brand.domains) & set(mention.brand.domains) for mention in mentions[1:])


def _title_parts(facts: PageFacts) -> tuple[str, ...]:
    parts = (*_TITLE_PARTS.split(facts.title[:300]), facts.site_name[:200], *facts.headings[:2])
    short = (part for part in parts if 0 < len(part.split()) <= _TITLE_PART_WORDS)
    return tuple(part for part in short if not _SPEAKS_OF.search(fold_plain(part)))
