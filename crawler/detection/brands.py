"""Brands as a page or a host names them, and the sites that are really theirs."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import ahocorasick

from crawler.detection.facts import Brand
from crawler.detection.fold import fold_plain, fold_squeezed
from crawler.detection.hosts import holds_strangers, is_official, is_under
from crawler.detection.lexicon import load_toml

_EXACT_CASE_UP_TO = 4  # letters: «MoMo» and «ACB» name a brand, «momo» and «acb» may be anything


@dataclass(frozen=True, slots=True)
class Mention:
    """A brand named in a text, in the words used."""

    brand: Brand
    words: str


@cache
def load_global_brands() -> tuple[Brand, ...]:
    """Foreign brands that are imitated everywhere, from ``lexicons/brands_global.toml``."""
    return tuple(
        Brand(
            id=row["id"],
            type=row["type"],
            name=row["names"][0],
            names=tuple(row["names"][1:]),
            domains=tuple(row["domains"]),
        )
        for row in load_toml("brands_global")["brand"]
    )


@cache
def ambiguous_words() -> frozenset[str]:
    """Words that never name a brand by themselves."""
    return frozenset(load_toml("brands_global")["ambiguous"])


class BrandIndex:
    """The brands of one assessment, ready to be looked for."""

    def __init__(self, brands: tuple[Brand, ...]) -> None:
        self.brands = (*brands, *load_global_brands())
        self._names: dict[str, list[tuple[Brand, str]]] = {}
        self.host_tokens: dict[str, Brand] = {}
        for brand in self.brands:
            for name in (brand.name, *brand.names):
                self._add(brand, name)
        self.tokens_by_length: dict[int, list[tuple[str, Brand]]] = {}
        for token, brand in self.host_tokens.items():
            self.tokens_by_length.setdefault(len(token), []).append((token, brand))
        self._drawn = {
            fold_squeezed(name): rows[0][0] for name, rows in self._names.items() if len(name) >= 6 and " " not in name
        }
        self._domains = {domain: brand for brand in reversed(self.brands) for domain in brand.domains}
        self._honest: dict[str, set[str]] = {}
        for rows in self._names.values():
            together = {domain for brand, _ in rows for domain in brand.domains}
            for brand, _ in rows:
                self._honest.setdefault(brand.id, set()).update(together)
        self._automaton = ahocorasick.Automaton()
        for name in self._names:
            self._automaton.add_word(f" {name} ", name)
        self._automaton.make_automaton()

    def _add(self, brand: Brand, name: str) -> None:
        folded = fold_plain(name).strip()
        if folded.endswith(" viet nam") and folded.count(" ") >= 5:
            self._add(brand, name[: -len(" Việt Nam")])
        tight = folded.replace(" ", "").replace("%", "")
        if len(tight) < 3 or folded in ambiguous_words():
            return
        self._names.setdefault(folded, []).append((brand, name))
        if len(tight) >= 4 and tight not in ambiguous_words():
            self.host_tokens.setdefault(tight, brand)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Brands named in ``text`` (short: a title, a heading, an alt text), each once."""
        found: dict[str, Mention] = {}
        for word in text[:2000].split():
            brand = self._drawn.get(fold_squeezed(word)) if word.isalnum() else None
            if brand is not None and fold_plain(word).strip() not in self._names:
                found[brand.id] = Mention(brand, word)  # «PayPaI»: drawn like the name, but not spelt so
        text = unicodedata.normalize("NFC", text[:2000])
        for _, folded in self._automaton.iter(f" {fold_plain(text)} ".replace("\n", " \n ")):
            for brand, name in self._names[folded]:
                if len(folded) > _EXACT_CASE_UP_TO or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                    found.setdefault(brand.id, Mention(brand, name))
        return tuple(found.values())

    def owner_of(self, host: str) -> Brand | None:
        """The brand whose official site ``host`` is; none where customers put up the pages."""
        if holds_strangers(host):
            return None
        labels = host.split(".")
        names = (".".join(labels[place:]) for place in range(len(labels)))
        return next((self._domains[name] for name in names if name in self._domains), None)

    def is_honest_host(self, host: str, brand: Brand) -> bool:
        """May ``host`` speak for ``brand``? Its own domains, those of a namesake, and offices.

        So may an unknown host (""), as that of a saved page: nothing shows that it is a stranger's.
        """
        return not host or is_official(host) or is_under(host, (*brand.domains, *self._honest.get(brand.id, ())))


@lru_cache(maxsize=8)
def index_brands(brands: tuple[Brand, ...]) -> BrandIndex:
    """An index of ``brands`` and the global ones; kept, as one sweep uses one set."""
    return BrandIndex(brands)
