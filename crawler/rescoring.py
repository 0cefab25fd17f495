"""New rules over old evidence: what today's rules say of what was sealed, and what that changes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, case, or_
from sqlmodel import Session, col, func, select

from crawler.bounds import DEFAULT_BOUNDS
from crawler.brands import detection_brands
from crawler.catalogues import recall_goods
from crawler.detection.difference import compare_views
from crawler.detection.engine import assess
from crawler.detection.facts import Brand, PageView, SiteFacts, VantageDifference
from crawler.detection.score import Score
from crawler.enrichment import domain_facts_from_json
from crawler.errors import EvidenceError
from crawler.evidence.assessed import record_assessment
from crawler.evidence.read import read_back
from crawler.parsing.recognised import add_recognised
from crawler.reading.job import ReadingJob
from crawler.reading.reader import ReadingFailedError, read_now
from crawler.recalling import recall
from crawler.recording import same_score, score_columns
from crawler.site_outcome import never_clean_unread
from crawler.stand_ins import READABLE
from crawler.visit import Outcome
from seeds import load_protected
from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.errors import StorageError
from storage.models import Assessment, DomainRecord, Observation, ObservationFile
from storage.walk import check_kinds, named_rows


@dataclass(frozen=True, slots=True)
class Change:
    """What new rules change about one site."""

    host: str
    url: str
    old_level: str
    new_level: str
    old_points: float
    new_points: float
    gained: tuple[str, ...]  # rule ids
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RescoreReport:
    """``unreadable`` are sites whose evidence could not be read, each with the reason; they keep their old score."""

    rule_set: str
    read: int
    changes: tuple[Change, ...]
    unreadable: tuple[tuple[str, str], ...]
    without_evidence: int
    recorded: bool


def rescore(
    engine: Engine,
    store: ArtifactStore,
    *,
    now: datetime,
    since: datetime | None = None,
    record: bool = True,
    learned: bool = True,
    brands: tuple[Brand, ...] = (),
) -> RescoreReport:
    """Assess the newest evidence of every site anew; with ``record``, a changed score becomes a new assessment.

    ``brands``: with their learnt logos; by default as they ship.
    """
    brands, protected = brands or detection_brands(), load_protected()
    changes: list[Change] = []
    unreadable: list[tuple[str, str]] = []
    read = without = 0
    rule_set = assess(SiteFacts(host="", domain="", observed_at=now, learned=learned)).rule_set
    for assessment_id in newest_assessments(engine, since):
        host = f"assessment {assessment_id}"  # until its row was read
        try:
            with named_rows(), read_session(engine) as session:
                old = session.get_one(Assessment, assessment_id)
                check_kinds(old)
                host = old.host
                site = site_from_evidence(session, store, old, brands, learned=learned)
            if site is None:
                without += 1
                continue
            score = never_clean_unread(assess(site), read=was_read(engine, old))
            with named_rows():
                change = None if same_score(old, score) else change_of(old, score)
        except (StorageError, EvidenceError, ReadingFailedError) as error:
            unreadable.append((host, str(error)))
            continue
        read += 1
        if change is not None:
            changes.append(change)
            if record:
                match = protected.match(old.host)
                record_successor(engine, successor(old, score, now, match.reason if match else ""))
    return RescoreReport(rule_set, read, tuple(changes), tuple(unreadable), without, record)


def record_successor(engine: Engine, row: Assessment) -> None:
    """Write one new assessment, and its entry in the audit log."""
    with write_session(engine) as session:
        session.add(row)
        record_assessment(session, row, now=row.assessed_at)
        session.commit()


def newest_assessments(engine: Engine, since: datetime | None) -> Iterator[int]:
    """The id of each host's newest assessment that rests on sealed visits; a later failed visit hides no evidence.

    Hosts of which nothing was ever sealed come with their newest assessment, to be counted as such.
    """
    sealed = select(Observation.assessment_id).where(Observation.manifest_digest != "")
    rests = or_(col(Assessment.id).in_(sealed), col(Assessment.rescored_from).is_not(None))
    best = func.coalesce(func.max(case((rests, Assessment.id))), func.max(Assessment.id))
    newest = select(best).group_by(col(Assessment.host))
    if since is not None:
        newest = newest.where(col(Assessment.assessed_at) >= since)
    with read_session(engine) as session:
        ids = [number for number in session.exec(newest) if number is not None]
    yield from sorted(ids)


def site_from_evidence(
    session: Session, store: ArtifactStore, old: Assessment, brands: tuple[Brand, ...], *, learned: bool = True
) -> SiteFacts | None:
    """The site as its sealed visits show it, or None when nothing of it was sealed."""
    views = list(sealed_views(session, store, old))
    if not views:
        return None
    record = session.get(DomainRecord, old.domain_record_id) if old.domain_record_id else None
    site = SiteFacts(
        host=old.host,
        domain=old.domain,
        observed_at=views[0].facts.observed_at,
        pages=tuple(views),
        domain_facts=domain_facts_from_json(record.facts) if record else None,
        differences=differences(views),
        brands=brands,
        learned=learned,
    )
    return replace(site, known=recall(session, site), seen_goods=recall_goods(session, site))


def sealed_views(session: Session, store: ArtifactStore, old: Assessment) -> Iterator[PageView]:
    """What today's parsers read from each sealed visit of an assessment, or of the one that it was rescored from."""
    origin = origin_of(session, old)
    rows = session.exec(
        select(Observation)
        .where(Observation.assessment_id == origin.id, Observation.manifest_digest != "")
        .order_by(col(Observation.id))
    )
    for row in rows:
        files = session.exec(select(ObservationFile).where(ObservationFile.observation_id == row.id)).all()
        back = read_back(store, files)
        if row.outcome not in READABLE or not back.html:
            continue
        job = ReadingJob(back.html, back.url, back.content_type, row.observed_at, DEFAULT_BOUNDS, back.images)
        yield PageView(add_recognised(read_now(job), back.recognised), row.vantage)


def differences(views: list[PageView]) -> tuple[VantageDifference, ...]:
    """The difference between the rendered looks at the front page."""
    phone = next((view for view in views if view.vantage == "phone"), None)
    desktop = next((view for view in views if view.vantage == "desktop"), None)
    return (compare_views(phone, desktop),) if phone and desktop else ()


def change_of(old: Assessment, score: Score) -> Change:
    """The difference between a stored and a new score."""
    before = {entry["rule"] for entry in old.signals}
    after = {signal.rule for signal in score.signals}
    return Change(
        host=old.host,
        url=old.url,
        old_level=old.level,
        new_level=score.level,
        old_points=old.points,
        new_points=score.points,
        gained=tuple(sorted(after - before)),
        lost=tuple(sorted(before - after)),
    )


def was_read(engine: Engine, old: Assessment) -> bool:
    """Whether a page of the site was read whole when it was assessed."""
    with read_session(engine) as session:
        first = select(Observation.id).where(
            Observation.assessment_id == origin_of(session, old).id, Observation.outcome == Outcome.READ
        )
        return session.exec(first.limit(1)).first() is not None


def origin_of(session: Session, old: Assessment) -> Assessment:
    """The assessment whose visits an assessment rests on: itself, or the one that it was rescored from."""
    while old.rescored_from is not None and old.rescored_from < (old.id or 0):  # its elder, or no line of ours
        old = session.get_one(Assessment, old.rescored_from)
    return old


def successor(old: Assessment, score: Score, now: datetime, protected: str) -> Assessment:
    """A new assessment in place of ``old``; intake sees it as any other."""
    return Assessment(
        target_id=old.target_id,
        url=old.url,
        host=old.host,
        domain=old.domain,
        assessed_at=now,
        differences=old.differences,
        domain_record_id=old.domain_record_id,
        protected=protected,
        rescored_from=old.id,
        **score_columns(score),
    )
