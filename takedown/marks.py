"""Marks by which the same people are known again though no page names them: the shape of a name, one owner's names."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session, col, delete, select

from storage.audit import record_audit
from storage.models import CampaignLink, Case, CaseIndicator, CaseSite, DomainRecord

NAME, REGISTRANT = "name_shape", "registrant"
_SHORTEST = 8  # letters that a name must keep to be known again by
_CHUNK = 400


def name_shape(host: str) -> str:
    """What stays of a name when its ending, digits, hyphens and marks go: «shop-vn88.top» and «shopvn-89.site» are one.

    "" where too little stays to say anything. The ending is all behind the last dot: endings of two parts only make
    the shape longer.
    """
    labels = host.lower().rstrip(".").split(".")[:-1]
    words = unicodedata.normalize("NFKD", "".join(label for label in labels if label != "www"))
    shape = re.sub(r"[^a-z]", "", words.replace("đ", "d"))
    return shape[:100] if len(shape) >= _SHORTEST else ""


def unkeyed_mark(name: str) -> str:
    """The mark of an owner as it was before there was a key: anybody can compare it with a guess. "" for no name."""
    plain = " ".join(name.casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()[:32] if plain else ""


def renew_marks(session: Session, marks: Mapping[str, str]) -> int:
    """Puts keyed marks (values) in place of unkeyed ones (keys) in every case; how many. "" takes the old one away."""
    old = sorted(marks)
    count = 0
    for start in range(0, len(old), _CHUNK):
        query = select(CaseIndicator).where(
            CaseIndicator.kind == REGISTRANT, col(CaseIndicator.value).in_(old[start : start + _CHUNK])
        )
        for row in session.exec(query).all():
            new = marks[row.value]
            there = select(CaseIndicator.id).where(
                CaseIndicator.case_id == row.case_id, CaseIndicator.kind == REGISTRANT, CaseIndicator.value == new
            )
            if not new or session.exec(there).first() is not None:
                session.delete(row)
            else:
                row.value = new
                session.add(row)
            session.flush()
            count += 1
    return count


def unname_links(session: Session) -> int:
    """Takes owners' marks out of what linked cases are said to share: that it was the owner stays; how many links."""
    count = 0
    for row in session.exec(select(CampaignLink)).all():
        shared = [[kind, "" if kind == REGISTRANT else value] for kind, value in row.shared]
        if shared != row.shared:
            row.shared, count = shared, count + 1
            session.add(row)
    session.flush()
    return count


def forget_owner(
    session: Session, domain: str, marks: Iterable[str], *, reason: str, actor: str, now: datetime
) -> tuple[int, ...]:
    """Takes an erased owner's marks out of every case that gathers the domain; the cases' numbers."""
    gathered = select(CaseSite.case_id).where(CaseSite.domain == domain)
    numbers = sorted(
        {number for number in session.exec(select(Case.id).where(Case.domain == domain)) if number is not None}
        | set(session.exec(gathered))
    )
    held = [
        col(CaseIndicator.kind) == REGISTRANT,
        col(CaseIndicator.value).in_(sorted(set(filter(None, marks)))),
        col(CaseIndicator.case_id).in_(numbers),
    ]
    cases = tuple(sorted(set(session.exec(select(CaseIndicator.case_id).where(*held)))))
    if cases:
        session.exec(delete(CaseIndicator).where(*held))
        detail = {"cases": list(cases), "reason": reason}
        record_audit(session, at=now, actor=actor, action="domain.owner_forgotten", subject=domain, detail=detail)
    return cases


def marks_of(session: Session, domain: str) -> tuple[str, ...]:
    """Every mark under which the domain's owners may stand in a case, as they were made now and before."""
    found: set[str] = set()
    for record in session.exec(select(DomainRecord).where(DomainRecord.domain == domain)):
        found |= {record.owner_mark, unkeyed_mark(str(record.facts.get("registrant") or ""))}
    return tuple(sorted(filter(None, found)))
