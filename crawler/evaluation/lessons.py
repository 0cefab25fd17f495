"""Pages as the learned model is trained and tested on: their features beside what the rules alone said."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from crawler.brands import detection_brands
from crawler.detection.engine import assess
from crawler.detection.facts import PageView, SiteFacts
from crawler.detection.hosts import host_of, registrable
from crawler.detection.learned.features import PageFeatures, read_features
from crawler.detection.learned.model import LearnedModel
from crawler.detection.reading import PageReading
from crawler.detection.rules.learned.page_model import find_resemblance, may_be_asked, page_model
from crawler.detection.score import Level
from crawler.detection.signal import Signal
from crawler.evaluation.evaluating import EvaluationRequest, read_all
from crawler.evaluation.judging import SEEN, drop_at_first_look, of_score, of_signals, page_url
from crawler.evaluation.labelled import BadLine, Sample
from crawler.evaluation.prediction import Fate, Outcome, Prediction
from crawler.evaluation.workers import run_all
from crawler.parsing.page import parse_page


@dataclass(frozen=True, slots=True)
class Lesson:
    """``ruled``: what is said without the model; ``signals`` behind it; ``features``: None where nothing was read."""

    ruled: Prediction
    signals: tuple[Signal, ...] = ()
    features: PageFeatures | None = None
    asks: bool = False  # would the model be asked at all?


def read_lessons(
    request: EvaluationRequest, bad_lines: list[BadLine], tell: Callable[[Sample], None] = lambda _: None
) -> list[tuple[Sample, Lesson]]:
    """Every labelled page, without its content, with its lesson; in a steady order."""
    work = partial(make_lesson, own_host=request.own_host)
    rows = []
    for sample, lesson in run_all(
        read_all(request, bad_lines), work, _no_lesson, seconds=request.seconds, processes=request.processes
    ):
        rows.append((sample, lesson))
        tell(sample)
    return sorted(rows, key=lambda row: row[0].id)


def make_lesson(sample: Sample, *, own_host: bool = True) -> Lesson:
    """The lesson of one page. What the first look lets go is still learned from, but never scored by the model."""
    url = page_url(sample, own_host=own_host)
    html = sample.content.encode("utf-8", "replace")
    facts = parse_page(html, url=url, observed_at=SEEN)
    features = read_features(facts)
    dropped = drop_at_first_look(sample.id, html, url)
    if dropped is not None:
        return Lesson(dropped, features=features)
    host, brands = host_of(facts.url), detection_brands()
    site = SiteFacts(host, registrable(host), facts.observed_at, (PageView(facts),), brands=brands, learned=False)
    score = assess(site)
    asks = score.level is not Level.UNKNOWN and any(signal.points > 0 for signal in score.signals)
    return Lesson(
        of_score(sample.id, score), score.signals, features, asks and may_be_asked(PageReading(facts, brands))
    )


def _no_lesson(sample: Sample, fate: Fate, reason: str) -> Lesson:
    return Lesson(Prediction(sample.id, fate, reason=reason))


def with_model(sample: Sample, lesson: Lesson, model: LearnedModel) -> Outcome:
    """The page as it is judged with ``model`` as one family among others."""
    if lesson.features is None or not lesson.asks:
        return Outcome(sample, lesson.ruled)
    finding = find_resemblance(model.judge(lesson.features))
    if finding is None:
        return Outcome(sample, lesson.ruled)
    return Outcome(sample, of_signals(sample.id, (*lesson.signals, page_model.signal(finding))))
