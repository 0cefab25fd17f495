"""A message with what several of its signs need, worked out once."""

import re
from dataclasses import dataclass
from functools import cached_property

from crawler.detection.brands import BrandIndex, Mention
from crawler.detection.concepts import Sense, Sentences
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import is_official, on_free_platform
from crawler.detection.names.index import NameIndex
from crawler.detection.signal import Category, Family, Signal
from crawler.detection.texts.facts import MessageFacts, MessageLink
from crawler.detection.texts.phrases import WEIGHTS, Group, Said, opens_an_app

_LONG = 900  # characters: longer than any message, as long as an article
_ONE_MESSAGE = 500  # characters: three SMS, a chat's bubble
CHATS = frozenset({"zalo.me", "t.me", "telegram.me", "m.me", "wa.me", "chat.whatsapp.com", "line.me"})
GIVEN = frozenset({"sites.google.com", "docs.google.com", "forms.gle", "drive.google.com"})
SEARCH = re.compile(
    r"google\.[a-z.]{2,6}/search\?|(?:go|tra|tim|vao)\W{1,2}(?:tu khoa|google)|tim kiem google|g\W?o\W?o\W?g\W?l\W?e\b"
)


@dataclass(frozen=True)
class MessageReading:
    """A message with what several signs need, worked out once."""

    facts: MessageFacts
    said: tuple[Said, ...]
    names: NameIndex
    brands: BrandIndex

    @cached_property
    def plain(self) -> str:
        return fold_plain(self.facts.text)

    @cached_property
    def groups(self) -> list[tuple[Group, float, list[Said]]]:
        """Groups by the weight of what was said, the weightiest first."""
        found: dict[str, tuple[Group, list[Said]]] = {}
        for said in self.said:
            if said.phrase.group is not None:
                found.setdefault(said.phrase.group.id, (said.phrase.group, []))[1].append(said)
        kept = [(group, self._counted(entries)) for group, entries in found.values()]
        rows = [(group, _weight(entries), entries) for group, entries in kept if entries]
        return sorted(rows, key=lambda row: (-row[1], row[0].id))

    def _counted(self, entries: list[Said]) -> list[Said]:
        """All of them in a message; in an article, where words of every kind turn up, the unmistakable ones."""
        return [said for said in entries if not self.is_long or said.phrase.weight == WEIGHTS["strong"]]

    @property
    def is_long(self) -> bool:
        return len(self.facts.text) > _LONG

    def honest(self, kind: str) -> int:
        """Distinct words of one kind that honest senders write."""
        return sum(said.phrase.kind == kind for said in self.said)

    @property
    def is_telling(self) -> bool:
        """Does it say more than ordinary words of some kind of fraud?"""
        return any(weight >= 0.4 for _, weight, _ in self.groups)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        return self.brands.mentions(self.facts.text[:600])

    @cached_property
    def strangers(self) -> list[MessageLink]:
        """Links to hosts that are no brand's, no office's and no chat."""
        return [link for link in self.facts.links if not (self.is_known(link.host) or opens_an_app(link.host))]

    def is_known(self, host: str) -> bool:
        """A brand's, an office's or a chat's own host; what a platform gives to anyone is not its own."""
        if on_free_platform(host) or host in GIVEN:
            return False
        return is_official(host) or self.brands.owner_of(host) is not None or host in CHATS

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences(self.facts.text)

    def sense(self, concept: str) -> Sense | None:
        """Where a message says this by its meaning (``concepts.toml``); a longer text tells of many things."""
        return self._sentences.find(concept) if len(self.facts.text) <= _ONE_MESSAGE else None


def _weight(entries: list[Said]) -> float:
    weights = sorted((said.phrase.weight for said in _longest(entries)), reverse=True)
    if weights[0] <= WEIGHTS["weak"]:
        return 0.0
    return sum(weight * 0.7**place for place, weight in enumerate(weights))


def _longest(entries: list[Said]) -> list[Said]:
    """Phrases that are no part of another one found."""
    return [one for one in entries if not any(_covers(two, one) for two in entries)]


def _covers(two: Said, one: Said) -> bool:
    inside = two is not one and one.phrase.text in two.phrase.text
    return inside and two.phrase.weight >= one.phrase.weight


def make_signal(rule: str, family: Family, points: float, vi: str, en: str, excerpt: str, *kinds: Category) -> Signal:
    """A sign of one rule, its points and words cut to what is kept."""
    return Signal(rule, family, round(points, 2), vi, en, kinds, excerpt[:300])
