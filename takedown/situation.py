"""Reads what is stored about a case into the plain facts that guards, routing and notices decide by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from seeds import load_hosting, load_protected
from storage.models import Assessment, Case, CaseIndicator, DomainRecord, LearntContact, Observation
from takedown.gathering import Site, indicators_of, sites_of
from takedown.guards import Finding, GuardFacts, Protection, check_guards
from takedown.history import find_case
from takedown.recipients.contacts import traits_of
from takedown.recipients.model import ContactState
from takedown.review import CLEAN_ONLY
from takedown.routing import NEVER, MoneyTrail, SiteKnown
from takedown.verification import SHOWN

_MAX_NEIGHBOURS = 20


@dataclass(frozen=True, slots=True)
class Capture:
    """The newest sealed visit that shows a site."""

    observation_id: int
    url: str
    seen_at: datetime
    vantage: str
    status: int
    manifest_digest: str
    title: str
    recipe: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as the desk decides about it. ``captures``: by host, the newest that shows the page."""

    case: Case
    sites: tuple[Site, ...]
    known: tuple[SiteKnown, ...]
    money: MoneyTrail
    guard: GuardFacts
    captures: dict[str, Capture]
    assessment: Assessment | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the guards say."""
        return check_guards(self.guard)


def read_situation(session: Session, case_id: int, *, now: datetime) -> Situation:
    """Everything at once. Raises CaseMissingError."""
    case = find_case(session, case_id)
    sites = sites_of(session, case_id)
    captures = {site.host: found for site in sites if (found := newest_capture(session, site.host)) is not None}
    known = tuple(_known(session, site) for site in sites)
    assessment = session.get(Assessment, case.assessment_id) if case.assessment_id is not None else None
    return Situation(
        case=case,
        sites=sites,
        known=known,
        money=_money(session, case_id),
        guard=_guard_facts(session, case, sites, known, captures, assessment, now),
        captures=captures,
        assessment=assessment,
    )


def newest_capture(session: Session, host: str) -> Capture | None:
    """The newest sealed visit whose page was read, a browser's before a plain fetch of the same look."""
    row = session.exec(
        select(Observation)
        .where(Observation.host == host, col(Observation.outcome).in_(SHOWN), Observation.manifest_digest != "")
        .order_by(col(Observation.observed_at).desc(), col(Observation.id).desc())
        .limit(1)
    ).first()
    if row is None or row.id is None:
        return None
    return Capture(
        observation_id=row.id,
        url=row.final_url or row.url,
        seen_at=row.observed_at,
        vantage=row.vantage,
        status=row.status,
        manifest_digest=row.manifest_digest,
        title=row.title,
        recipe=row.recipe,
    )


def newest_record(session: Session, domain: str) -> DomainRecord | None:
    """The newest look-ups of a domain."""
    query = select(DomainRecord).where(DomainRecord.domain == domain)
    return session.exec(query.order_by(col(DomainRecord.looked_up_at).desc()).limit(1)).first()


def protections(sites: Sequence[Site]) -> tuple[Protection, ...]:
    """Why sites of a case are never to be reported."""
    protected = load_protected()
    found = ((site.host, protected.match(site.host)) for site in sites)
    return tuple(Protection(host, match.entry.kind, match.reason) for host, match in found if match is not None)


def _known(session: Session, site: Site) -> SiteKnown:
    record = newest_record(session, site.domain)
    facts = record.facts if record is not None else {}
    traits = traits_of(facts, record.looked_up_at if record is not None else NEVER)
    platform = load_hosting().match(site.host)
    return SiteKnown(
        host=site.host,
        domain=site.domain,
        url=site.url,
        registrar=traits.registrar,
        registrar_id=traits.registrar_id,
        registrar_emails=traits.registrar_emails,
        registrar_source=traits.registrar_source,
        networks=traits.networks,
        shield=traits.shield,
        looked_up_at=traits.observed_at,
        addresses=tuple(map(str, facts.get("addresses") or ())),
        platform=platform.id if platform is not None else "",
        owner_email=_owner_email(session, site),
    )


def _owner_email(session: Session, site: Site) -> str:
    """The owner's address where a person let it out of quarantine."""
    row = session.exec(
        select(LearntContact).where(
            col(LearntContact.subject).in_((site.host, site.domain)),
            LearntContact.channel == "email",
            LearntContact.state == ContactState.CONFIRMED,
        )
    ).first()
    return row.value if row is not None else ""


def _money(session: Session, case_id: int) -> MoneyTrail:
    entries = indicators_of(session, case_id)
    return MoneyTrail(
        accounts=tuple(entry.value for entry in entries if entry.kind == "bank_account"),
        phones=tuple(entry.value for entry in entries if entry.kind == "phone"),
    )


def _guard_facts(
    session: Session,
    case: Case,
    sites: tuple[Site, ...],
    known: tuple[SiteKnown, ...],
    captures: dict[str, Capture],
    assessment: Assessment | None,
    now: datetime,
) -> GuardFacts:
    platforms = sorted({site.platform for site in known if site.platform})
    rules = {str(signal.get("rule")) for signal in assessment.signals} if assessment is not None else set()
    assert case.id is not None
    return GuardFacts(
        state=case.state,
        now=now,
        protected=protections(sites),
        clean_only=case.handling == CLEAN_ONLY,
        # every site needs its own evidence: the one seen longest ago decides
        seen_at=min((entry.seen_at for entry in captures.values()), default=None)
        if len(captures) == len(sites)
        else None,
        sealed=len(captures) == len(sites),
        neighbours=_neighbours(session, case.id),
        shared_platform=", ".join(platforms),
        tax_codes=tuple(entry.value for entry in indicators_of(session, case.id) if entry.kind == "tax_code"),
        badge="innocent.badge-with-record" in rules,
    )


def _neighbours(session: Session, case_id: int) -> tuple[str, ...]:
    """Other cases' sites on an address of this case's."""
    mine = select(CaseIndicator.value).where(CaseIndicator.case_id == case_id, CaseIndicator.kind == "address")
    hosts = (
        select(Case.host)
        .join(CaseIndicator, col(CaseIndicator.case_id) == col(Case.id))
        .where(CaseIndicator.kind == "address", col(CaseIndicator.value).in_(mine), col(Case.id) != case_id)
        .distinct()
        .limit(_MAX_NEIGHBOURS)
    )
    return tuple(sorted(session.exec(hosts)))
