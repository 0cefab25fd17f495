"""Turns an examination into rows: the outcome, the assessment, the visits with their evidence, the look-ups."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from crawler.catalogues import remember_goods
from crawler.config import Config
from crawler.detection.score import Level, Score
from crawler.detection.signal import Signal
from crawler.enrichment import record_domain
from crawler.evidence.assessed import record_assessment
from crawler.evidence.seal import record_observation
from crawler.examined import Examination, SeenPage
from crawler.frontier import plan_next, record_outcome
from crawler.indicators import site_indicators
from crawler.visit import Outcome
from storage.artifacts import ArtifactStore
from storage.models import Assessment, Observation
from storage.models.target import VERIFY
from storage.vault import Vault

FAILED = frozenset(
    {
        Outcome.DNS_FAILED,
        Outcome.CONNECT_FAILED,
        Outcome.TLS_FAILED,
        Outcome.TIMED_OUT,
        Outcome.BROWSER_FAILED,
        Outcome.EGRESS_REFUSED,
        Outcome.TRUNCATED,
        Outcome.TOO_MANY_REDIRECTS,
        Outcome.FAILED,
    }
)


def record_examination(
    session: Session, *, item: Examination, store: ArtifactStore, vault: Vault | None, now: datetime, config: Config
) -> bool:
    """Write everything about one target. False, and nothing written, when its lease is no longer ours."""
    # A site whose pictures our browser could not take, or that took more than its time, is looked at again soon, as one
    # that could not be reached.
    failed = item.outcome in FAILED or browser_failures(item) > 0 or item.overran
    next_due: datetime | None = plan_next(
        item.score.level,
        failed,
        item.target.attempts,
        now,
        revisit_hours=config.revisit_hours,
        max_attempts=config.max_attempts,
    )
    if item.cut:
        next_due = now  # half a look is no look: a fraud must not rest for a day because we were stopped
    if item.target.purpose == VERIFY:
        next_due = None  # who asked for the check asks again
    ours = record_outcome(
        session,
        item.target,
        outcome=item.outcome,
        reason=item.reason,
        level=item.score.level,
        now=now,
        next_due=next_due,
        failed=failed,
    )
    if not ours:
        return False
    domain_record = record_domain(session, item.enrichment, store, vault) if item.enrichment else None
    assessment = assessment_row(item, now, domain_record)
    session.add(assessment)
    session.flush()
    for index, page in enumerate(item.pages):
        if item.sealed:
            record_observation(
                session,
                item.sealed[index],
                page.visit,
                target_id=item.target.id,
                assessment_id=assessment.id,
                title=page.facts.title if page.facts else "",
                now=now,
                site=item.site.host,
            )
        else:
            session.add(unsealed_row(item, page, assessment.id))
    if item.outcome is Outcome.READ and item.target.purpose != VERIFY:
        remember_goods(session, item.site, item.score.level, now)
    # below the floor nothing is kept that could be proved; what may open a case is entered whatever else was lost
    if item.sealed or domain_record is not None or item.score.level.at_least(Level.WATCH):
        record_assessment(session, assessment, now=now)
    return True


def browser_failures(item: Examination) -> int:
    """How many visits our own browser failed on."""
    return sum(page.visit.outcome is Outcome.BROWSER_FAILED for page in item.pages)


def assessment_row(item: Examination, now: datetime, domain_record: int | None) -> Assessment:
    """The row of a site's score."""
    return Assessment(
        target_id=item.target.id,
        url=item.target.url,
        host=item.site.host,
        domain=item.site.domain,
        assessed_at=now,
        differences=[asdict(difference) for difference in item.site.differences],
        domain_record_id=domain_record,
        protected=item.protected,
        # Of honest people's pages nothing is kept.
        indicators=site_indicators(item.site) if item.score.level.at_least(Level.WATCH) else [],
        **score_columns(item.score),
    )


def score_columns(score: Score) -> dict[str, Any]:
    """A score as the columns of an assessment, its explanation in the order that a reader wants."""
    return {
        "level": score.level,
        "points": score.points,
        "probability": score.probability,
        "categories": [[str(category), points] for category, points in score.categories],
        "signals": [signal_json(signal) for signal in score.signals],
        "adjustments": [asdict(part) for part in score.adjustments],
        "deciding_url": score.deciding_url,
        "deciding_vantage": score.deciding_vantage,
        "rule_set": score.rule_set,
    }


def signal_json(signal: Signal) -> dict[str, Any]:
    """A signal as a JSON object."""
    return asdict(signal)


def unsealed_row(item: Examination, page: SeenPage, assessment_id: int | None) -> Observation:
    """A visit of which only the digest is kept."""
    visit = page.visit
    return Observation(
        target_id=item.target.id,
        assessment_id=assessment_id,
        url=visit.requested_url,
        final_url=visit.final_url,
        host=item.site.host,
        domain=item.site.domain,
        vantage=visit.vantage.name,
        outcome=visit.outcome,
        reason=visit.reason,
        status=visit.status,
        observed_at=visit.started_at,
        body_digest=hashlib.sha256(visit.html).hexdigest() if visit.html else "",
        recipe={"robots": visit.robots, "dropped_at": item.dropped_at, "notes": list(item.notes)},
    )


def same_score(old: Assessment, new: Score) -> bool:
    """Whether ``new`` says what ``old`` said: level, sum and probability, and the same rules with the same points."""
    before = {(entry["rule"], round(entry["points"], 3)) for entry in old.signals}
    after = {(signal.rule, round(signal.points, 3)) for signal in new.signals}
    told = (old.level, round(old.points, 2), round(old.probability, 4))
    return told == (new.level, round(new.points, 2), round(new.probability, 4)) and before == after
