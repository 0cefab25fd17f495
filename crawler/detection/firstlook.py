"""The first look: is a page worth the slower readers, and does it need the browser? Cheap, and rather too often."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.detection.brands import BrandIndex, index_brands
from crawler.detection.facts import Brand, FirstLook
from crawler.detection.fold import Folded
from crawler.detection.gates import has_gate
from crawler.detection.hostname import find_brand_in_host, find_lookalike
from crawler.detection.hosts import host_of
from crawler.detection.lexicon import Hits, Phrase, phrases_within
from crawler.detection.secrets import Secret, judge_words

_SHORT = 3_000  # characters up to which spelling tricks are undone
_HEAD, _TAIL = 6_000, 2_000  # characters read of a long text
_OF_TOPIC = 2  # words of a topic
_TOPICS = ("shop", "invest", "loan", "job", "government")
_WEIGHT = 45  # hundredths: one plain phrase, or two ordinary ones
_EMPTY, _BARE, _LITTLE_TEXT, _LONG_TEXT = 40, 150, 400, 2_000
_COSTS_NOTHING = 600  # characters of a page that is read closely as quickly as it is let go
_MONEY_WORDS = 3  # distinct ones, in a text that is no long article
_MONEY = re.compile(
    r" (so du|nap tien|rut tien|chuyen khoan|so tai khoan|hoa hong|dat coc|tien coc|tien thuong|loi nhuan|lai suat"
    r"|vay tien|giai ngan|vnd|usdt|bitcoin|balance|deposits?|withdraw\w*|invest\w*|profits?|referrals?|wallets?"
    r"|payments?|refunds?|verification|suspended|thu nhap moi ngay|chu ky|mua tang|mua giam"
    r"|(?:daily|minimum|maximum|total) (?:income|returns?|profits?))(?= )"
)
_MUCH_SCRIPT = 20_000  # bytes inline
_HARMLESS = frozenset({f"asks-{Secret.CONTACT}", f"asks-{Secret.QUESTION}"})  # newsletters ask them on error pages too


@dataclass(frozen=True, slots=True)
class FirstLookVerdict:
    """``look_closer``: read it with the full readers. ``render``: it needs a browser. ``reasons``: fixed words."""

    look_closer: bool
    render: bool
    reasons: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Does the page want what no error, wall or parked page wants: a secret, a payment, an app installed?"""
        return any(
            (each.startswith("asks-") and each not in _HARMLESS) or each in {"payment-code", "apk-link"}
            for each in self.reasons
        )

    @property
    def solicits(self) -> bool:
        """Does it ask, or speak as frauds do?"""
        return self.asks or any(each.startswith(("says-", "speaks-")) for each in self.reasons)


def judge_first_look(look: FirstLook, brands: tuple[Brand, ...] = ()) -> FirstLookVerdict:
    """What to do next with a page. Missing a fraud costs more here than reading an honest page once more."""
    index = index_brands(brands)
    host = host_of(look.url)
    if index.owner_of(host) is not None:
        return FirstLookVerdict(look_closer=False, render=False, reasons=("official-host",))
    closer = (*_fields(look), *_words(look), *_names(look, host, index), *_oddities(look))
    render = _needs_browser(look)
    return FirstLookVerdict(look_closer=bool(closer or render), render=bool(render), reasons=(*closer, *render))


def _fields(look: FirstLook) -> tuple[str, ...]:
    """Reasons in what the page asks for."""
    labels = look.field_labels or ("",) * len(look.field_types)
    rows = zip(look.field_types, look.field_names, labels, strict=False)
    asked = {judge_words(kind, name[:80], label[:120]) for kind, name, label in list(rows)[:60]}
    asked -= {None, Secret.BIRTH}
    if look.text_length > _LONG_TEXT:  # under a long text, an e-mail field is a newsletter's
        asked -= {Secret.CONTACT}
    if look.has_password:
        asked.add(Secret.PASSWORD)
    small = look.text_length < _COSTS_NOTHING
    return (*(f"asks-{secret}" for secret in sorted(filter(None, asked))), *(("little-text",) if small else ()))


def _words(look: FirstLook) -> tuple[str, ...]:
    """Reasons in what the page says."""
    text = look.text if len(look.text) <= _HEAD + _TAIL else f"{look.text[:_HEAD]}\n{look.text[-_TAIL:]}"
    folded = Folded(f"{look.title}\n{text}")
    said, about = _phrases(folded, tricks=len(text) <= _SHORT)
    money = len(text) <= _HEAD and len(set(_MONEY.findall(folded.plain.padded))) >= _MONEY_WORDS
    return (*said, *about, *(("speaks-of-money",) if money else ()))


def _phrases(folded: Folded, *, tricks: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the page says as frauds do, and what it is about.

    Most pages hold too few phrases for either, whatever their sentences say; so those are read only of the others.
    """
    within = phrases_within(folded, tricks=tricks)
    topics = Counter(phrase.topic for phrase in within)
    if not any(topics[topic] >= _OF_TOPIC for topic in _TOPICS) and not _said(within):
        return (), ()
    hits = Hits(folded, tricks=tricks)
    about = tuple(f"about-{topic}" for topic in _TOPICS if len(hits.topic(topic)) >= _OF_TOPIC)
    return _said(hit.phrase for hit in hits.offered), about


def _said(phrases: Iterable[Phrase]) -> tuple[str, ...]:
    weights: Counter[str] = Counter()
    for phrase in phrases:
        if phrase.weight and phrase.lexicon[0] != "#":
            weights[phrase.lexicon] += int(phrase.weight * 100)
    return tuple(f"says-{name}" for name, weight in sorted(weights.items()) if weight >= _WEIGHT)


def _names(look: FirstLook, host: str, index: BrandIndex) -> tuple[str, ...]:
    """Reasons in the brands that title or host claim."""
    reasons = []
    if any(not index.is_honest_host(host, mention.brand) for mention in index.mentions(look.title)):
        reasons.append("brand-in-title")
    if find_brand_in_host(host, index) or find_lookalike(host, index):
        reasons.append("brand-in-host")
    return tuple(reasons)


def _oddities(look: FirstLook) -> tuple[str, ...]:
    found = [name for name, there in (("apk-link", look.apk_link), ("payment-code", look.qr_images)) if there]
    return (*found, *(f"sign-{sign}" for sign in look.signs))


def _needs_browser(look: FirstLook) -> tuple[str, ...]:
    """Reasons why what was fetched is not what a visitor sees."""
    little = look.text_length < _LITTLE_TEXT
    cases = (
        ("empty-shell", look.is_shell),
        ("meta-refresh", bool(look.meta_refresh)),
        ("scripts-instead-of-text", little and (look.script_bytes > _MUCH_SCRIPT or look.script_count >= 5)),
        ("frames-instead-of-text", little and look.frame_count > 0),
        ("pictures-instead-of-text", little and look.image_count >= (1 if look.text_length < _BARE else 3)),
        ("drawn-by-handlers", little and "handler" in look.draws),
        ("drawn-by-styles", little and "style-words" in look.draws),
        ("behind-a-gate", little and look.script_count > 0 and has_gate(look.text)),
        ("drawn-by-elements", look.text_length < _BARE and "element" in look.draws),
        ("drawn-by-a-style-sheet", look.text_length < _EMPTY and "style" in look.draws),
    )
    return tuple(name for name, there in cases if there)
