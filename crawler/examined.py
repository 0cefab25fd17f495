"""What one look at one site brought: the pages seen, what was read of them, and what was made of it."""

from dataclasses import dataclass, replace

from crawler.detection.engine import assess
from crawler.detection.facts import PageFacts, PageView, SiteFacts
from crawler.detection.score import Score
from crawler.enrichment import Enrichment
from crawler.evidence.seal import SealedVisit
from crawler.frontier import LeasedTarget
from crawler.visit import Outcome, Visit


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A visit with what was read from it; ``facts`` is None where there was nothing of the site's to read."""

    visit: Visit
    facts: PageFacts | None = None

    @property
    def view(self) -> PageView | None:
        return PageView(self.facts, self.visit.vantage.name) if self.facts else None


@dataclass(frozen=True, slots=True)
class Examination:
    """All that one look at one site brought: what a target's outcome, assessment and evidence are made of."""

    target: LeasedTarget
    outcome: Outcome
    reason: str
    pages: tuple[SeenPage, ...]
    site: SiteFacts
    score: Score
    dropped_at: str = ""  # the stage of the funnel that let it go: "first look", "reading", or "" for the whole way
    notes: tuple[str, ...] = ()
    cut: bool = False  # the run stopped in the midst of it
    overran: bool = False  # the site's seconds were over before it was seen whole
    seconds: float = 0.0  # worked for it, on the site's clock
    # what later steps add
    asked: float = 0.0  # seconds in which name servers were asked about it afterwards (``Bounds.asking_seconds``)
    enrichment: Enrichment | None = None
    protected: str = ""  # why this site is never to be reported, or ""
    sealed: tuple[SealedVisit, ...] = ()  # one a page, in the order of ``pages``, or empty


def failed_examination(target: LeasedTarget, front: Visit, error: Exception) -> Examination:
    """What is recorded when our own program failed on a site: unknown, with the fault named."""
    failed = replace(front, outcome=Outcome.FAILED, reason=f"our fault: {type(error).__name__}: {error}"[:300])
    site = SiteFacts(host=target.host, domain=target.domain, observed_at=front.started_at)
    return Examination(
        target=target,
        outcome=failed.outcome,
        reason=failed.reason,
        pages=(SeenPage(failed),),
        site=site,
        score=assess(site),
    )
