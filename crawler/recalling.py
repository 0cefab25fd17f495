"""What confirmed cases of other sites already say of a site's accounts, wallets, addresses, phones and page kits."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, or_, select, tuple_

from crawler.detection.facts import KnownSign, SiteFacts
from crawler.indicators import site_indicators
from storage.models import Case, CaseIndicator

KIT = "kit"
KINDS = frozenset({"bank_account", "wallet", "crypto", "phone", KIT})
# As cases write them: what people confirmed, and whatever followed from that. «closed» may also come from a case that
# police took over first, which people had judged to be fraud as well.
CONFIRMED = ("confirmed", "requested", "waiting", "down", "refused", "escalated", "closed")
HONEST = "false_positive"
CLEAN_ONLY = "clean_only"  # an honest site that was broken into: what it names is its own


def telling_signs(site: SiteFacts) -> tuple[tuple[str, str], ...]:
    """(kind, value) of all by which the site is paid or called, or was built, at most 200, as cases keep them."""
    return tuple((kind, value) for kind, value, _ in site_indicators(site) if kind in KINDS)


def recall(session: Session, site: SiteFacts) -> tuple[KnownSign, ...]:
    """Those that stand in a confirmed case of another site, with the oldest such case; () where nothing is known.

    What also stands in a case that people judged honest, or in one of an honest site that was broken into, is left out:
    a fraud may copy its victim's number or page, and the victim must not be found by it.
    """
    signs = telling_signs(site)
    if not signs:
        return ()
    spared = _spared(session, signs)
    first = (
        select(CaseIndicator.kind, CaseIndicator.value, func.min(Case.id))
        .join(Case, col(Case.id) == col(CaseIndicator.case_id))
        .where(
            tuple_(col(CaseIndicator.kind), col(CaseIndicator.value)).in_(signs),
            col(Case.state).in_(CONFIRMED),
            Case.host != site.host,
            Case.domain != site.domain,
        )
        .group_by(CaseIndicator.kind, CaseIndicator.value)
    )
    rows = ((kind, value, case) for kind, value, case in session.exec(first) if case is not None)
    found = [row for row in rows if row[:2] not in spared]
    hosts = dict(session.exec(select(Case.id, Case.host).where(col(Case.id).in_({case for _, _, case in found}))).all())
    return tuple(sorted((_sign(*row, hosts) for row in found), key=lambda sign: (sign.kind, sign.value)))


def _spared(session: Session, signs: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    query = (
        select(CaseIndicator.kind, CaseIndicator.value)
        .join(Case, col(Case.id) == col(CaseIndicator.case_id))
        .where(
            tuple_(col(CaseIndicator.kind), col(CaseIndicator.value)).in_(signs),
            or_(Case.state == HONEST, Case.handling == CLEAN_ONLY),
        )
        .distinct()
    )
    return frozenset((kind, value) for kind, value in session.exec(query))


def _sign(kind: str, value: str, case: int, hosts: dict[int | None, str]) -> KnownSign:
    return KnownSign(kind, value if kind == "phone" else value.partition(":")[2], case, hosts[case])
