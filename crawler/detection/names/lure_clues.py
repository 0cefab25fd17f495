"""Words in a name that a fraud of one kind or another is advertised by."""

from crawler.detection.names.index import LONG, Match
from crawler.detection.names.reading import OTHER, NameReading, judge_piece
from crawler.detection.signal import Family, Signal

_INSIDE = LONG - 1  # letters of a lure that may stand inside a longer word
_EACH_MORE = 1.2
_MORE_AT_MOST = 2
_NOTHING_ELSE = 1.8  # more, where all that stands beside the lure is bait and digits


def find_lures(name: NameReading) -> list[Signal]:
    """One signal for the weightiest group of lures, stronger where several stand together."""
    found = [match for match in name.matches if match.lure and _counts(name, match)]
    if not found:
        return []
    best = max(found, key=lambda match: (match.lure.points if match.lure else 0, len(match.text)))
    lure = best.lure
    assert lure is not None
    more = sum(not _overlap(match, best) for match in found)
    points = lure.points + _EACH_MORE * min(more, _MORE_AT_MOST) + (_NOTHING_ELSE if _says_all(name, best) else 0.0)
    words = ", ".join(
        dict.fromkeys(match.text for match in (best, *found) if match is best or not _overlap(match, best))
    )
    return [
        Signal(
            "name.lure-words",
            Family.NAME,
            round(points, 2),
            f"Tên miền dùng từ ngữ về {lure.vi}: «{words}».",
            f"The host uses words of {lure.en}: «{words}».",
            (lure.category,),
            name.host,
        )
    ]


def _counts(name: NameReading, match: Match) -> bool:
    """A long word counts anywhere, a short one where nothing unknown stands beside it."""
    if len(match.text) >= _INSIDE:
        return True
    before, after = name.around(match)
    return judge_piece(before) != OTHER and judge_piece(after) != OTHER


def _says_all(name: NameReading, match: Match) -> bool:
    """Is the rest of the word digits or bait, and something at all?"""
    sides = name.around(match)
    return any(sides) and all(judge_piece(side) != OTHER for side in sides)


def _overlap(one: Match, two: Match) -> bool:
    return one.start < two.end and two.start < one.end
