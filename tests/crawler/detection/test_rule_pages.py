"""Every rule is shown a page that it must catch and one that it must spare."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.detection.facts import (
    Brand,
    Certificate,
    DomainFacts,
    GoodsMark,
    KnownSign,
    Lookup,
    LookupState,
    PageView,
    SeenGoods,
    SiteFacts,
    VantageDifference,
)
from crawler.detection.hosts import host_of, registrable
from crawler.detection.reading import PageReading, SiteReading
from crawler.detection.rule import PageRule, Rule, all_rules
from crawler.detection.signal import Signal
from crawler.parsing.likeness import picture_mark
from crawler.parsing.page import parse_page
from tests.drawn_logos import as_bytes, draw_logo

PAGES = Path(__file__).parents[2] / "pages" / "rules"
SEEN = datetime(2026, 11, 1, tzinfo=UTC)
BRANDS = (
    Brand(
        "vietcombank",
        "bank",
        "Vietcombank",
        ("VCB", "Ngân hàng Ngoại thương"),
        ("vietcombank.com.vn",),
        emblems=(picture_mark(as_bytes(draw_logo()), DEFAULT_BOUNDS),),  # a drawing of ours
    ),
    Brand("fecredit", "consumer_finance", "FE Credit", (), ("fecredit.com.vn",)),
    Brand("vneid", "government", "VNeID", (), ("vneid.gov.vn",)),
    Brand("shopee", "ecommerce", "Shopee", (), ("shopee.vn",)),
)
RULES = {rule.id: rule for rule in all_rules()}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_rule_catches_its_hit_page(rule_id: str) -> None:
    signal = _look(RULES[rule_id], "hit")
    assert signal is not None
    assert signal.points != 0
    assert "{" not in signal.message_vi + signal.message_en
    assert signal.message_vi != signal.message_en


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_rule_spares_its_innocent_page(rule_id: str) -> None:
    assert _look(RULES[rule_id], "innocent") is None


def test_no_page_stands_without_its_rule() -> None:
    assert sorted(folder.name for folder in PAGES.iterdir()) == sorted(RULES)


def _look(rule: Rule, case: str) -> Signal | None:
    folder = PAGES / rule.id
    meta = _meta(folder).get(case, {})
    url = meta.get("url", f"https://{rule.id.replace('.', '-')}.example/")
    html = (folder / f"{case}.html").read_bytes()
    page = PageReading(parse_page(html, url=url, observed_at=SEEN), BRANDS)
    finding = rule.look(page) if isinstance(rule, PageRule) else rule.look(_site(page, meta))
    return rule.signal(finding) if finding else None


def _meta(folder: Path) -> dict[str, Any]:
    path = folder / "meta.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _site(page: PageReading, meta: dict[str, Any]) -> SiteReading:
    host = host_of(page.facts.url)
    difference = meta.get("difference")
    facts = SiteFacts(
        host,
        registrable(host),
        SEEN,
        (PageView(page.facts),),
        domain_facts=_domain(host, meta),
        differences=(_difference(page.facts.url, difference),) if difference else (),
        brands=BRANDS,
        known=tuple(KnownSign(**row) for row in meta.get("known", ())),
        seen_goods=tuple(map(_seen, meta.get("seen_goods", ()))),
    )
    return SiteReading(facts, (page,))


def _seen(row: dict[str, Any]) -> SeenGoods:
    since = datetime.fromisoformat(row["since"]).replace(tzinfo=UTC)
    return SeenGoods(row["host"], since, tuple(GoodsMark(value, price) for value, price in row["goods"]))


def _difference(url: str, row: dict[str, Any]) -> VantageDifference:
    return VantageDifference(
        url,
        "phone",
        "desktop",
        row["similarity"],
        first_status=200,
        second_status=200,
        only_first=tuple(row["only_first"]),
    )


def _domain(host: str, meta: dict[str, Any]) -> DomainFacts | None:
    if not {"registered_at", "certificate_from"} & meta.keys():
        return None
    registered = datetime.fromisoformat(meta["registered_at"]).replace(tzinfo=UTC) if "registered_at" in meta else None
    issued = datetime.fromisoformat(meta.get("certificate_from", "2026-06-01")).replace(tzinfo=UTC)
    lookups = (
        Lookup("rdap", LookupState(meta.get("whois", "found"))),
        Lookup("tls", LookupState.FOUND),
    )
    leaf = Certificate(host, "CN=Mẫu", issued, datetime(2027, 1, 1, tzinfo=UTC))
    return DomainFacts(registrable(host), host, SEEN, lookups, registered_at=registered, certificates=(leaf,))
