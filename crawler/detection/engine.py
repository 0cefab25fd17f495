"""The engine: rules over a site's pages and records, points added up as log-odds, and a level with a stated meaning."""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.detection.calibration import page_calibration
from crawler.detection.facts import Brand, PageFacts, PageView, SiteFacts
from crawler.detection.hosts import host_of, registrable
from crawler.detection.reading import PageReading, SiteReading
from crawler.detection.rule import PageRule, Reach, Rule, SiteRule, all_rules, rule_set_version
from crawler.detection.score import Level, Score
from crawler.detection.signal import Category, Family, Signal

PRIOR = -4.0  # log-odds of a page about which nothing is known: about 2 in 100 of what is swept
# Each level from these log-odds on. What they mean to a person is in ``explain.MEANINGS``.
LEVELS = ((4.5, Level.NEAR_CERTAIN), (2.5, Level.LIKELY), (0.5, Level.SUSPICIOUS), (-1.5, Level.WATCH))
_COUNTS_AS_SUPPORT = 0.5  # points from which a second family supports the first
_INNOCENT_AT_MOST = -3.0  # all excuses together, but for a host that is the brand's own
_WORDS_AT_MOST = 4.4  # words alone, the learned model's among them, put nobody past «watch»: anyone may quote them
_READS_WORDS = frozenset({Family.WORDING, Family.LEARNED})  # bounded together: the model reads mostly words
_OFFICIAL = "innocent.official-domain"


@dataclass(frozen=True, slots=True)
class _Shown:
    """One signal with the rule behind it and the page that shows it (None: the site)."""

    rule: Rule
    signal: Signal
    page: int | None


def assess(site: SiteFacts) -> Score:
    """The score of a site from all that is known of it. Pure: the same facts give the same score.

    A rule counts once, where it shows most strongly. Excuses for one page count only where that page decides.
    No readable page gives Level.UNKNOWN.
    """
    readings = tuple(
        PageReading(view.facts, site.brands, view.vantage) for view in site.pages if is_readable(view.facts)
    )
    for reading in readings:
        reading.together.extend(readings)
    if not readings:
        return Score(PRIOR, page_calibration().probability(PRIOR), Level.UNKNOWN, rule_set=_version(site))
    shown = [*_page_signals(readings), *_site_signals(SiteReading(site, readings))]
    if site.learned and any(entry.signal.points > 0 for entry in shown):  # by itself it could change nothing
        shown.extend(_page_signals(readings, learned=True))
    deciding = _deciding_page(shown, len(readings))
    counted = _once_each(entry for entry in shown if _counts(entry, deciding))
    return _score(counted, readings[deciding], _version(site))


def assess_page(facts: PageFacts, brands: tuple[Brand, ...] = (), vantage: str = "fetch") -> Score:
    """The score of one page by itself, as for a saved file: nothing is known of its domain."""
    host = host_of(facts.url)
    return assess(SiteFacts(host, registrable(host), facts.observed_at, (PageView(facts, vantage),), brands=brands))


def _version(site: SiteFacts) -> str:
    """What judged: the rule set, and whether the learned model was left out."""
    return rule_set_version() if site.learned else f"{rule_set_version()}-unlearned"


def is_readable(facts: PageFacts) -> bool:
    """Is there anything of the site's own to judge? An error page or an empty shell says nothing."""
    return facts.status < 400 and bool(facts.text.strip() or facts.forms or facts.downloads or facts.title.strip())


def judge_level(points: float) -> Level:
    """The level that these log-odds stand for."""
    return next((level for least, level in LEVELS if points >= least), Level.CLEAN)


def _page_signals(readings: tuple[PageReading, ...], *, learned: bool = False) -> Iterable[_Shown]:
    for rule in all_rules():
        if isinstance(rule, PageRule) and (rule.family is Family.LEARNED) is learned:
            for place, reading in enumerate(readings):
                if finding := rule.look(reading):
                    yield _Shown(rule, rule.signal(finding, page_url=reading.facts.url, vantage=reading.vantage), place)


def _site_signals(site: SiteReading) -> Iterable[_Shown]:
    for rule in all_rules():
        if isinstance(rule, SiteRule) and (finding := rule.look(site)):
            yield _Shown(rule, rule.signal(finding), None)


def _deciding_page(shown: list[_Shown], pages: int) -> int:
    """The page with the most points against it; its own excuses count."""
    sums = [0.0] * pages
    for entry in shown:
        if entry.page is not None and (entry.signal.points > 0 or entry.rule.reach is Reach.THE_PAGE):
            sums[entry.page] += entry.signal.points
    return max(range(pages), key=lambda place: (sums[place], -place))


def _counts(entry: _Shown, deciding: int) -> bool:
    return entry.rule.reach is Reach.SITE or entry.page in {None, deciding}


def _once_each(shown: Iterable[_Shown]) -> tuple[Signal, ...]:
    """The strongest signal of each rule, the heaviest rule first."""
    best: dict[str, Signal] = {}
    for entry in shown:
        known = best.get(entry.signal.rule)
        if known is None or abs(entry.signal.points) > abs(known.points):
            best[entry.signal.rule] = entry.signal
    return tuple(sorted(best.values(), key=lambda signal: (-abs(signal.points), signal.rule)))


def _score(signals: tuple[Signal, ...], deciding: PageReading, rule_set: str) -> Score:
    points, level, capped = rate(signals)
    return Score(
        points=points,
        probability=round(page_calibration().probability(points), 4),
        level=level,
        categories=rank_categories(signals),
        signals=signals,
        deciding_url=deciding.facts.url,
        deciding_vantage=deciding.vantage,
        capped=capped,
        rule_set=rule_set,
    )


def rate(signals: tuple[Signal, ...]) -> tuple[float, Level, str]:
    """Points, level and what held the level down, of signals that each count once."""
    points = round(PRIOR + _sum(signals), 2)
    return points, *_cap(judge_level(points), signals)


def _sum(signals: tuple[Signal, ...]) -> float:
    words = sum(signal.points for signal in signals if signal.family in _READS_WORDS)
    against = sum(signal.points for signal in signals if signal.points > 0) - max(0.0, words - _WORDS_AT_MOST)
    official = sum(signal.points for signal in signals if signal.rule == _OFFICIAL)
    excuses = sum(signal.points for signal in signals if signal.points < 0) - official
    return against + official + max(excuses, _INNOCENT_AT_MOST)


def _cap(level: Level, signals: tuple[Signal, ...]) -> tuple[Level, str]:
    """No level above «suspicious» on one family's word alone."""
    if level.rank <= Level.SUSPICIOUS.rank:
        return level, ""
    families = supporting_families(signals)
    if len(families) > 1:
        return level, ""
    only = next(iter(families), "none")
    return Level.SUSPICIOUS, f"one family of evidence alone: {only}; the points alone would make it {level}"


def supporting_families(signals: tuple[Signal, ...]) -> frozenset[Family]:
    """Families that speak against the site with some weight. What was learned supports no other."""
    sums: dict[Family, float] = {}
    for signal in signals:
        if signal.points > 0 and signal.family is not Family.LEARNED:
            sums[signal.family] = sums.get(signal.family, 0.0) + signal.points
    return frozenset(family for family, points in sums.items() if points >= _COUNTS_AS_SUPPORT)


def rank_categories(signals: tuple[Signal, ...]) -> tuple[tuple[Category, float], ...]:
    """Kinds of fraud by the points that speak for each, the most likely first."""
    sums: dict[Category, float] = {}
    for signal in signals:
        for category in signal.categories if signal.points > 0 else ():
            sums[category] = sums.get(category, 0.0) + signal.points / len(signal.categories) ** 0.5
    return tuple(sorted(((kind, round(points, 2)) for kind, points in sums.items()), key=lambda row: (-row[1], row[0])))
