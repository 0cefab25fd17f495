"""Judges a host name by its letters alone: fast enough for every name that is registered in a day."""

from crawler.detection.names.brand_clues import BrandClue, find_brand
from crawler.detection.names.index import NameIndex
from crawler.detection.names.judgement import NameJudgement
from crawler.detection.names.lure_clues import find_lures
from crawler.detection.names.reading import NameReading, clean_host, read_name
from crawler.detection.names.shape_clues import find_shapes
from crawler.detection.score import Level
from crawler.detection.signal import Signal

PRIOR = -4.0
SUSPICIOUS_FROM, WATCH_FROM = 0.5, -1.5  # as for pages, see ``engine.LEVELS``


def judge_name(text: str, index: NameIndex) -> NameJudgement:
    """The judgement of one host name (a wildcard, «www.» and capitals are allowed). Pure; never raises.

    Level.CLEAN says that the letters tell nothing, not that the site is honest; Level.UNKNOWN that it is no host name.
    """
    host = clean_host(text)
    if index.is_plain(host):
        return NameJudgement(host, PRIOR, Level.CLEAN)
    if "." not in host:
        return NameJudgement(host, PRIOR, Level.UNKNOWN)
    reading = read_name(host, index)
    if reading is None:
        return NameJudgement(host, PRIOR, Level.CLEAN)
    brand = find_brand(reading)
    signals = _signals(reading, brand)
    if not signals:
        return NameJudgement(host, PRIOR, Level.CLEAN)
    points = round(PRIOR + sum(signal.points for signal in signals), 2)
    return NameJudgement(host, points, _level(points), signals, brand.brand if brand else None)


def _signals(reading: NameReading, brand: BrandClue | None) -> tuple[Signal, ...]:
    named = [brand.signal] if brand else []
    lures = find_lures(reading)
    shapes = find_shapes(reading, borrowed=brand is not None, lured=bool(lures))
    return tuple(sorted((*named, *lures, *shapes), key=lambda signal: -signal.points))


def _level(points: float) -> Level:
    if points >= SUSPICIOUS_FROM:
        return Level.SUSPICIOUS
    return Level.WATCH if points >= WATCH_FROM else Level.CLEAN
