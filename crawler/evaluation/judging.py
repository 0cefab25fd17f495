"""One sample judged by the path that the crawl takes: the first look, then the full readers, then the score."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.brands import detection_brands
from crawler.detection.calibration import page_calibration
from crawler.detection.engine import assess_page
from crawler.detection.firstlook import judge_first_look
from crawler.detection.names.judgement import NameJudgement
from crawler.detection.rating import PRIOR, rank_categories, rate
from crawler.detection.score import Level, Score
from crawler.detection.signal import Category, Signal
from crawler.detection.texts.judge import TextJudgement
from crawler.evaluation.labelled import Kind, Sample
from crawler.evaluation.prediction import Fate, Prediction, Reason
from crawler.names import judge_host
from crawler.parsing.firstlook import first_look
from crawler.parsing.page import parse_page
from crawler.texts import judge_text

SEEN = datetime(2026, 1, 1, tzinfo=UTC)  # the same instant for every page, so that a run can be repeated
_EXCERPT = 200
_TEXT_AT_MOST = 100_000  # characters of a message or an article


def judge_sample(sample: Sample, *, own_host: bool = True) -> Prediction:
    """What the engine says. ``own_host``: a page without an address stands on a host name of its own, of no brand."""
    if sample.kind is Kind.PAGE:
        return _judge_page(sample, page_url(sample, own_host=own_host))
    if sample.kind is Kind.NAME:
        said = judge_host(named_host(sample.content))
        return _of_judgement(sample.id, said, said.categories)
    judged = judge_text(sample.content[:_TEXT_AT_MOST])
    return _of_judgement(sample.id, judged, [category for category, _ in judged.categories])


def page_url(sample: Sample, *, own_host: bool) -> str:
    """The address that a page is judged under: its own, else a reserved name, else none."""
    if sample.url.lower().startswith(("http://", "https://")):
        return sample.url
    if not own_host:
        return "about:blank"
    return f"http://c{hashlib.sha256(sample.id.encode()).hexdigest()[:10]}.example/"


def _judge_page(sample: Sample, url: str) -> Prediction:
    html = sample.content.encode("utf-8", "replace")
    dropped = drop_at_first_look(sample.id, html, url)
    if dropped is not None:
        return dropped
    return of_score(sample.id, assess_page(parse_page(html, url=url, observed_at=SEEN), detection_brands()))


def drop_at_first_look(sample_id: str, html: bytes, url: str) -> Prediction | None:
    """The prediction for a page in which the first look sees nothing; None for one that is read closely."""
    look = first_look(html, url=url)
    verdict = judge_first_look(look, detection_brands())
    if verdict.look_closer or verdict.render or look.is_shell:
        return None
    return Prediction(
        sample_id, Fate.FIRST_LOOK, score=PRIOR, probability=page_calibration().probability(PRIOR), level=Level.CLEAN
    )


def of_signals(sample_id: str, signals: tuple[Signal, ...]) -> Prediction:
    """What these signals together amount to."""
    rating = rate(signals)
    categories = tuple(category.value for category, _ in rank_categories(signals))
    chance = page_calibration().probability(rating.points)
    return Prediction(sample_id, Fate.JUDGED, rating.points, chance, rating.level, categories, _reasons(signals))


def _of_judgement(sample_id: str, said: NameJudgement | TextJudgement, categories: Iterable[Category]) -> Prediction:
    return Prediction(
        id=sample_id,
        fate=Fate.UNREADABLE if said.level is Level.UNKNOWN else Fate.JUDGED,
        score=said.points,
        probability=said.probability,
        level=said.level,
        categories=tuple(category.value for category in categories),
        signals=_reasons(said.signals),
    )


def named_host(value: str) -> str:
    """The host of what may be a name or an address."""
    text = value.strip()
    if "/" not in text:
        return text
    try:
        return urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""


def of_score(sample_id: str, score: Score) -> Prediction:
    """A score as a prediction."""
    fate = Fate.UNREADABLE if score.level is Level.UNKNOWN else Fate.JUDGED
    return Prediction(
        id=sample_id,
        fate=fate,
        score=score.points,
        probability=score.probability,
        level=score.level,
        categories=tuple(category.value for category, _ in score.categories),
        signals=_reasons(score.signals),
    )


def _reasons(signals: Iterable[Signal]) -> tuple[Reason, ...]:
    return tuple(
        Reason(signal.rule, signal.family.value, signal.points, signal.excerpt[:_EXCERPT]) for signal in signals
    )
