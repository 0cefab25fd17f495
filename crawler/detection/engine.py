"""The engine: rules over a site's pages and records; what each page shows, and which page decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.detection.calibration import page_calibration
from crawler.detection.facts import Brand, PageFacts, PageView, SiteFacts
from crawler.detection.hosts import host_of, registrable
from crawler.detection.rating import PRIOR, adjust, rank_categories, rate
from crawler.detection.reading import PageReading, SiteReading
from crawler.detection.rule import PageRule, Reach, Rule, SiteRule, all_rules, rule_set_version
from crawler.detection.score import Level, Score
from crawler.detection.signal import Family, Signal


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
        chance = page_calibration().probability(PRIOR)
        return Score(PRIOR, chance, Level.UNKNOWN, adjustments=adjust(()), rule_set=_version(site))
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
    rating = rate(signals)
    return Score(
        points=rating.points,
        probability=round(page_calibration().probability(rating.points), 4),
        level=rating.level,
        categories=rank_categories(signals),
        signals=signals,
        adjustments=rating.adjustments,
        deciding_url=deciding.facts.url,
        deciding_vantage=deciding.vantage,
        rule_set=rule_set,
    )
