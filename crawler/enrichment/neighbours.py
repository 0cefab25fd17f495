"""What a site shares with others that we know: how far a measure against the shared thing would reach."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from crawler.detection.facts import DomainFacts
from storage.models import DomainLink

NAMED = 10  # other sites shown by name
_KINDS = ("address", "name_server", "certificate")


@dataclass(frozen=True, slots=True)
class Shared:
    """Something shared, and how many other known domains share it; ``domains`` names a few."""

    kind: str
    value: str
    others: int
    domains: tuple[str, ...] = ()


def record_links(session: Session, facts: DomainFacts) -> None:
    """Notes what the domain shares; addresses of a CDN say nothing about neighbours and are left out."""
    for kind, value in links(facts):
        seen = (
            update(DomainLink)
            .where(col(DomainLink.kind) == kind, col(DomainLink.value) == value, col(DomainLink.domain) == facts.domain)
            .values(last_seen=facts.observed_at)
        )
        if not session.execute(seen).rowcount:  # type: ignore[attr-defined]
            session.add(
                DomainLink(
                    kind=kind,
                    value=value,
                    domain=facts.domain,
                    first_seen=facts.observed_at,
                    last_seen=facts.observed_at,
                )
            )
            session.flush()


def neighbours(session: Session, facts: DomainFacts) -> tuple[Shared, ...]:
    """What the domain shares with other known ones, the most shared first."""
    found = []
    for kind, value in links(facts):
        where = (
            col(DomainLink.kind) == kind, col(DomainLink.value) == value, col(DomainLink.domain) != facts.domain
        )  # fmt: skip
        others = session.exec(select(func.count()).select_from(DomainLink).where(*where)).one()
        names = session.exec(
            select(DomainLink.domain).where(*where).order_by(col(DomainLink.last_seen).desc()).limit(NAMED)
        ).all()
        if others:
            found.append(Shared(kind, value, others, tuple(names)))
    return tuple(sorted(found, key=lambda shared: -shared.others))


def links(facts: DomainFacts) -> tuple[tuple[str, str], ...]:
    """What may be shared: addresses that are the site's own host's, name servers, the leaf certificate."""
    found: list[tuple[str, str]] = []
    if not facts.shield:
        found += _each("address", facts.addresses)
    found += _each("name_server", facts.nameservers)
    found += _each("certificate", (entry.sha256 for entry in facts.certificates[:1] if entry.sha256))
    return tuple(dict.fromkeys(found))[:64]


def _each(kind: str, values: Iterable[str]) -> list[tuple[str, str]]:
    return [(kind, value[:255]) for value in values]
