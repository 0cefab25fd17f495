"""What is held about a domain: every source's word, now and before, and how the look-ups ended. Never merged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from seeds import load_hosting, registrable_domain
from storage.models import Case, CaseIndicator, DomainRecord, Observation
from storage.owner_names import read_marker
from takedown.owner_words import owner_words
from takedown.recipients.contacts import NetworkTraits, SiteTraits, traits_of
from takedown.records.requests import Item
from takedown.records.sealing import ReadFacts, with_markers
from takedown.routing import NEVER

MAX_RECORDS = 20  # of one domain, the newest
MAX_FACTS = 60  # of one domain in a dossier
_CHUNK = 400
LABELS = {
    "registrar": "Nhà đăng ký",
    "registrar_id": "Mã IANA của nhà đăng ký",
    "registrant": "Chủ thể (như nguồn ghi)",
    "registered_at": "Ngày đăng ký",
    "updated_at": "Ngày thay đổi",
    "expires_at": "Ngày hết hạn",
    "statuses": "Trạng thái",
    "nameservers": "Máy chủ tên miền",
    "addresses": "Địa chỉ IP",
    "logged_at": "Lần đầu trong nhật ký chứng thư",
    "network": "Mạng giữ địa chỉ",
    "shield": "CDN che máy chủ gốc",
    "platform": "Nền tảng lưu trữ",
    "seen": "Lần hệ thống xem trang",
    "indicator": "Xuất hiện trong vụ",
}
WANTED = ("registrar", "registrant", "registered_at", "expires_at", "nameservers", "addresses")
STATES = {
    "found": "đã trả lời",
    "redacted": "trả lời nhưng che thông tin",
    "no_public_service": "không có dịch vụ tra cứu công khai",
    "refused": "từ chối",
    "throttled": "giới hạn số lần hỏi",
    "timed_out": "không trả lời kịp",
    "unregistered": "trả lời là chưa ai đăng ký",
    "failed": "hỏi không được",
    "not_asked": "chưa hỏi",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One source's word on one thing. ``past``: a later look-up of the same source says something else."""

    field: str
    value: str
    source: str
    at: datetime
    confidence: str = ""
    past: bool = False

    @property
    def label(self) -> str:
        return LABELS.get(self.field, self.field)


@dataclass(frozen=True, slots=True)
class Held:
    """All about one item. ``unknown``: in words what nobody has said; ``site``: whom it leads to."""

    item: Item
    facts: tuple[Fact, ...] = ()
    unknown: tuple[str, ...] = ()
    site: SiteTraits | None = None


def read_held(session: Session, items: Sequence[Item], read: ReadFacts = with_markers) -> dict[int, Held]:
    """By the item's number. Nobody is asked: what is stored is read, by ``read`` with or without owners' names."""
    names = {entry.id: registrable_domain(entry.subject.value) for entry in items if entry.subject.kind == "domain"}
    records = _records(session, sorted(set(names.values())))
    seen = _seen(session, sorted(set(names.values())))
    cases = _cases(session, [entry for entry in items if entry.subject.kind != "domain"])
    found = {}
    for entry in items:
        if entry.subject.kind == "domain":
            rows = _of_host(records.get(names[entry.id], []), entry.subject.value)
            facts = (*facts_of(rows, read), *seen.get(names[entry.id], ()))
            found[entry.id] = Held(entry, facts[:MAX_FACTS], tuple(_unknown(rows, facts)), site_of(entry, rows))
        else:
            facts = cases.get(entry.subject.value, ())
            words = () if facts else ("hệ thống không giữ thông tin nào",)
            found[entry.id] = Held(entry, facts, words)
    return found


def facts_of(rows: Sequence[DomainRecord], read: ReadFacts = with_markers) -> tuple[Fact, ...]:
    """Pure: each word once, under its newest time; what its source no longer says is marked as past."""
    newest: dict[tuple[str, str, str], Fact] = {}
    current: dict[tuple[str, str], str] = {}
    for row in rows:  # newest first
        for fact in _said(row, read(row)):
            first = current.setdefault((fact.field, fact.source), row.looked_up_at.isoformat())
            key = (fact.field, fact.value.casefold(), fact.source)
            newest.setdefault(key, replace(fact, past=first != row.looked_up_at.isoformat()))
    order = list(LABELS)
    return tuple(
        sorted(newest.values(), key=lambda fact: (order.index(fact.field) if fact.field in order else 99, fact.past))
    )


def site_of(item: Item, rows: Sequence[DomainRecord]) -> SiteTraits:
    """Whom the newest look-ups lead to, blanks filled from earlier ones."""
    host = item.subject.value
    platform = load_hosting().match(host)
    site = SiteTraits(host, registrable_domain(host), NEVER, platform=platform.id if platform else "")
    for row in rows:
        older = traits_of(row.facts, row.looked_up_at)
        if not site.registrar and not site.registrar_id:
            site = replace(
                site,
                registrar=older.registrar,
                registrar_id=older.registrar_id,
                registrar_emails=older.registrar_emails,
                registrar_source=older.registrar_source,
                observed_at=max(site.observed_at, row.looked_up_at),
            )
        site = replace(site, networks=site.networks or older.networks, shield=site.shield or older.shield)
    return site


def _records(session: Session, domains: Sequence[str]) -> dict[str, list[DomainRecord]]:
    found: dict[str, list[DomainRecord]] = {}
    for chunk in _chunks(domains):
        query = select(DomainRecord).where(col(DomainRecord.domain).in_(chunk))
        for row in session.exec(query.order_by(col(DomainRecord.looked_up_at).desc(), col(DomainRecord.id).desc())):
            rows = found.setdefault(row.domain, [])
            if len(rows) < MAX_RECORDS:
                rows.append(row)
    return found


def _of_host(rows: list[DomainRecord], value: str) -> list[DomainRecord]:
    """Of a customer's name below a platform only its own records: the platform's owner is not the customer."""
    own = [row for row in rows if row.host == value]
    return own if load_hosting().match(value) is not None else rows


def _said(row: DomainRecord, facts: Mapping[str, Any]) -> Iterator[Fact]:
    stated = [entry for entry in facts.get("statements") or () if isinstance(entry, dict)]
    for entry in stated:
        field, value = str(entry.get("field", "")), str(entry.get("value", ""))
        if field in LABELS and value:
            source = " ".join(filter(None, (str(entry.get("service", "")).upper(), str(entry.get("source", "")))))
            at = _time(entry.get("said_at")) or row.looked_up_at
            yield Fact(field, _shown_value(value), source, at, str(entry.get("confidence", "")))
    told = {str(entry.get("field")) for entry in stated}
    source = f"lần tra cứu {row.id}"
    for field in ("registrar", "registrar_id", "registrant", "registered_at", "expires_at", "shield", "platform"):
        if field not in told and (said := facts.get(field)):
            yield Fact(field, _shown_value(str(said)), source, row.looked_up_at)
    for field in ("statuses", "nameservers", "addresses"):
        if field not in told and (values := facts.get(field)):
            yield Fact(
                field, " ".join(map(str, values[:20])), "DNS" if field == "addresses" else source, row.looked_up_at
            )
    for network in traits_of(facts, row.looked_up_at).networks[:8]:
        yield Fact("network", _network(network), network.source or "DNS", row.looked_up_at)


def _network(network: NetworkTraits) -> str:
    number = f"AS{network.asn}" if network.asn else ""
    return ", ".join(filter(None, (network.address, network.name, number, network.country)))


def _shown_value(value: str) -> str:
    """A time in ISO form as its day and minute, a sealed or erased name in words; all else as it is, bounded."""
    if (marker := read_marker(value)) is not None:
        return owner_words(marker, "vi")
    at = _time(value) if len(value) >= 19 and value[4:5] == "-" else None
    return at.strftime("%d/%m/%Y %H:%M:%S UTC") if at is not None else value[:500]


def _time(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _unknown(rows: Sequence[DomainRecord], facts: Iterable[Fact]) -> Iterator[str]:
    known = {fact.field for fact in facts}
    lacking = [LABELS[name].lower() for name in WANTED if name not in known]
    if not rows:
        yield "chưa có lần tra cứu nào"
    elif lacking:
        yield "chưa biết: " + ", ".join(lacking)
    for entry in rows[0].lookups[:12] if rows else ():
        if isinstance(entry, Mapping) and (state := str(entry.get("state", ""))) not in {"found", "not_asked"}:
            service = str(entry.get("service", "")).upper()
            yield f"{service}: {STATES.get(state, state)}"


def _seen(session: Session, domains: Sequence[str]) -> dict[str, tuple[Fact, ...]]:
    """The first and the last sealed visit of each domain."""
    found: dict[str, tuple[Fact, ...]] = {}
    for chunk in _chunks(domains):
        query = select(Observation).where(col(Observation.domain).in_(chunk), Observation.manifest_digest != "")
        visits: dict[str, list[Observation]] = {}
        for row in session.exec(query.order_by(col(Observation.observed_at))):
            visits.setdefault(row.domain, []).append(row)
        for domain, rows in visits.items():
            ends = (rows[0], rows[-1]) if len(rows) > 1 else (rows[0],)
            found[domain] = tuple(
                Fact("seen", f"{row.final_url or row.url} (SHA-256 {row.manifest_digest})", f"lượt xem {row.id}",
                     row.observed_at)
                for row in ends
            )  # fmt: skip
    return found


def _cases(session: Session, items: Sequence[Item]) -> dict[str, tuple[Fact, ...]]:
    """Cases whose pages name a phone or stand on an address."""
    found: dict[str, list[Fact]] = {}
    for chunk in _chunks(sorted({entry.subject.value for entry in items})):
        query = select(CaseIndicator).where(
            col(CaseIndicator.value).in_(chunk), col(CaseIndicator.kind).in_(("phone", "address"))
        )
        for row in session.exec(query.order_by(col(CaseIndicator.first_at)).limit(5000)):
            fact = Fact("indicator", f"vụ {row.case_id}", "trang đã niêm phong", row.first_at)
            found.setdefault(row.value, []).append(fact)
    return {value: tuple(facts[:MAX_FACTS]) for value, facts in found.items()}


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def cases_of(session: Session, items: Sequence[Item]) -> tuple[int, ...]:
    """Cases of the items' domains that have sealed evidence, by number."""
    domains = sorted({registrable_domain(entry.subject.value) for entry in items if entry.subject.kind == "domain"})
    found: set[int] = set()
    for chunk in _chunks(domains):
        query = (
            select(Case.id)
            .join(Observation, col(Observation.host) == col(Case.host))
            .where(col(Case.domain).in_(chunk), Observation.manifest_digest != "")
        )
        found |= {number for number in session.exec(query) if number is not None}
    return tuple(sorted(found))
