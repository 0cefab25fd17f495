"""A protected brand in a name that is not the brand's: borrowed, imitated, or one slip away."""

import re
from dataclasses import dataclass

from crawler.detection.facts import Brand
from crawler.detection.names.index import Match, drawn_forms
from crawler.detection.names.near import slip_between
from crawler.detection.names.reading import NONE, OTHER, STRONG, WEAK, NameReading, judge_piece
from crawler.detection.signal import Category, Family, Signal

BORROWED, LOOKALIKE = "name.brand-in-host", "name.lookalike"
FAKE_SUFFIX = re.compile(r"^(?:com|vn|gov|comvn|govvn)-|-(?:com|vn|comvn|govvn|gov)$")
_MONEY = frozenset({"bank", "ewallet", "consumer_finance", "government"})
_DISTINCT = 8  # letters
_SHORT = 5  # letters: shorter tokens mean other things too often
_SLIPS = {6: 3.2, 7: 4.1}  # points of a slip by the length of the brand's name; longer ones:
_SLIP_LONG = 4.8


@dataclass(frozen=True, slots=True)
class BrandClue:
    """The brand that a name points to, with the reason."""

    brand: Brand
    signal: Signal


def find_brand(name: NameReading) -> BrandClue | None:
    """The weightiest sign of a brand in the name."""
    longest_first = sorted((match for match in name.matches if match.token), key=lambda match: -len(match.text))
    found = [clue for match in longest_first if (clue := _borrowed(name, match))]
    if all(clue.signal.points < _SLIP_LONG - 0.5 for clue in found):
        found += _near(name)
    return max(found, key=lambda clue: clue.signal.points, default=None)


def _borrowed(name: NameReading, match: Match) -> BrandClue | None:
    assert match.token is not None
    before, after = name.around(match)
    sides = (judge_piece(before), judge_piece(after.removeprefix("s")))  # «agribanks»
    if match.token.alone and OTHER in sides:
        return None
    points = _points(name, match, sides)
    brand, text = match.token.brand, match.text
    if _is_drawn(name, match):
        signal = _signal(
            LOOKALIKE,
            max(points, 4.8),
            brand,
            name,
            f"viết «{text}» bằng chữ hệ khác nhìn giống",
            f"spells «{text}» with look-alike letters of another script",
        )
    else:
        signal = _signal(
            BORROWED, points, brand, name, f"mượn tên «{text}» của {brand.name}", f"borrows «{text}» of {brand.name}"
        )
    return BrandClue(brand, signal)


def _points(name: NameReading, match: Match, sides: tuple[int, int]) -> float:
    """What a borrowed name weighs, by where it stands and what stands beside it."""
    if name.index.official_within(name.labels):
        return 5.2
    bait = STRONG if _has_company(name, match) else max(*sides, *_other_words(name, match))
    short = len(match.text) < _SHORT
    faked = any(FAKE_SUFFIX.search(label) for label in name.labels)
    if faked:
        return 4.0 if short else 4.8
    if bait == STRONG:
        return 3.4 if short else 4.7
    if not name.is_registered(match):
        return 1.8 if short else 2.8
    if OTHER in sides:
        return 3.8 if _is_distinct(match) else 3.2
    if bait == WEAK:
        numbered = any(letter.isdigit() for letter in name.name)
        return 2.8 if short else 4.6 if numbered and len(match.text) > _SHORT else 3.8
    exact = name.plain.rpartition(".")[2] == match.text
    abroad = "." in name.suffix or len(name.ending) == 2
    return 1.0 if short or (exact and abroad) else 3.6 if _is_distinct(match) else 2.6


def _is_distinct(match: Match) -> bool:
    """Is it a long name of those whom money is taken in the name of? Strangers have no use for it."""
    assert match.token is not None
    return len(match.text) >= _DISTINCT and match.token.brand.type in _MONEY


def _has_company(name: NameReading, match: Match) -> bool:
    """Does another brand's name or a lure stand beside it, as in «garenafreefire»?"""
    return any(
        (other.end <= match.start or other.start >= match.end) and len(other.text) >= _SHORT for other in name.matches
    )


def _other_words(name: NameReading, match: Match) -> list[int]:
    """What the words beside the matched one are."""
    return [judge_piece(word) for word in name.words if match.text not in word] or [NONE]


def _is_drawn(name: NameReading, match: Match) -> bool:
    """Is the brand there only once look-alike letters are read as what they are drawn like?"""
    return match.text not in name.host


def _near(name: NameReading) -> list[BrandClue]:
    found = []
    for word in name.words:
        known = name.index.near.find(word) or _by_digits(name, word) or name.index.near.find_far(word)
        if known:
            found.append(_near_clue(name, word, known))
    return found


def _by_digits(name: NameReading, word: str) -> str:
    """The brand that a word is when its digits are read as the letters that they are drawn like."""
    if word.isalpha() and "rn" not in word and "vv" not in word:
        return ""
    forms = (form for form in drawn_forms(word) if form != word and len(form) >= _SHORT)
    return next((form for form in forms if form in name.index.tokens), "")


def _near_clue(name: NameReading, word: str, known: str) -> BrandClue:
    brand = name.index.tokens[known].brand
    slip = slip_between(word, known)
    points = _SLIPS.get(len(known), _SLIP_LONG) if slip else 4.8
    if max(map(judge_piece, name.words)) == STRONG:
        points += 0.8
    vi, en = (slip.vi, slip.en) if slip else ("viết nhại chữ", "letters drawn or shuffled to look alike")
    return BrandClue(
        brand,
        _signal(
            LOOKALIKE,
            points,
            brand,
            name,
            f"«{word}» na ná «{known}» của {brand.name} ({vi})",
            f"«{word}» is nearly «{known}» of {brand.name} ({en})",
        ),
    )


def _signal(rule: str, points: float, brand: Brand, name: NameReading, vi: str, en: str) -> Signal:
    kind = Category.GOVERNMENT if brand.type == "government" else Category.PHISHING
    return Signal(rule, Family.NAME, points, f"Tên miền {vi}.", f"The host {en}.", (kind,), name.host)
