"""The page resembles frauds that a model was shown; asked only where some rule has spoken, and never decisive alone."""

from crawler.detection.learned.features import UNREAD_LANGUAGE, read_features
from crawler.detection.learned.model import Opinion, shipped_model
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family

MOST = 2.0  # points: too few to lift a page to «watch» by themselves
_TRUST = 0.5  # of what the model says: rules have seen part of the same
_LEAST = 0.3  # points under which it stays silent


def find_resemblance(opinion: Opinion) -> Finding | None:
    """The finding that an opinion amounts to."""
    points = _TRUST * opinion.log_odds
    if points < _LEAST:
        return None
    terms = ", ".join(opinion.terms)
    return Finding(terms, min(points / MOST, 1.0), words={"terms": terms})


def may_be_asked(page: PageReading) -> bool:
    """Not about stories and warnings, made of a fraud's words; nor Vietnamese pages, where it showed no gain."""
    languages = {page.facts.language, page.facts.declared_language}
    return UNREAD_LANGUAGE not in languages and not (page.is_warning or page.is_story)


@page_rule(
    "learned.page-model",
    Family.LEARNED,
    MOST,
    vi="Giống các trang lừa đảo mà mô hình đã học, nhất là ở: {terms}.",
    en="Resembles frauds that the model was trained on, most of all in: {terms}.",
)
def page_model(page: PageReading) -> Finding | None:
    return find_resemblance(shipped_model().judge(read_features(page.facts))) if may_be_asked(page) else None
