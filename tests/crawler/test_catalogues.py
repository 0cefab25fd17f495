"""Who was seen to sell the same before, on both databases: never the robbed shop, a chain, a reseller, a maker."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

from crawler.catalogues import GOODS, HOLDERS, recall_goods, remember_goods
from crawler.detection.engine import assess
from crawler.detection.facts import (
    DomainFacts,
    GoodsMark,
    Lookup,
    LookupState,
    PageFacts,
    PageView,
    Phone,
    PhoneKind,
    SeenGoods,
    SiteFacts,
)
from crawler.detection.score import Level
from crawler.examined import Examination, SeenPage
from crawler.frontier import LeasedTarget
from crawler.pipelines.recall import RecallPipeline
from crawler.visit import Outcome
from storage.db import read_session, write_session
from storage.models import Case, Catalogue, CatalogueGoods

SPRING, NOW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
RULE = "commerce.stolen-catalogue"


def wares(count: int = 8, price: int = 900_000, of: str = "a") -> tuple[GoodsMark, ...]:
    return tuple(GoodsMark(f"{of * 12}{number:04}", price) for number in range(count))


def shop(host: str, goods: tuple[GoodsMark, ...], *, phone: str = "", registered: datetime | None = None) -> SiteFacts:
    phones = (Phone(phone, PhoneKind.MOBILE),) if phone else ()
    page = PageFacts(f"https://{host}/", NOW, title="Tiệm váy", text="Váy đầm thiết kế", goods=goods, phones=phones)
    facts = None
    if registered:
        facts = DomainFacts(host, host, NOW, (Lookup("rdap", LookupState.FOUND),), registered_at=registered)
    return SiteFacts(host, host, NOW, (PageView(page),), domain_facts=facts)


VICTIM = shop("moc-lan.example", wares(), phone="+84912000001")
THIEF = shop("xa-kho.example", wares(price=250_000), phone="+84987000002", registered=NOW - timedelta(days=20))


def remember(engine: Engine, *sites: SiteFacts, level: Level = Level.CLEAN, at: datetime = SPRING) -> None:
    with write_session(engine) as session:
        for site in sites:
            remember_goods(session, site, level, at)
        session.commit()


def told(engine: Engine, site: SiteFacts) -> tuple[SeenGoods, ...]:
    with read_session(engine) as session:
        return recall_goods(session, site)


def accuses(engine: Engine, site: SiteFacts) -> bool:
    score = assess(replace(site, seen_goods=told(engine, site)))
    assert score.level in {Level.CLEAN, Level.WATCH}, "it accuses nobody alone"
    return RULE in {signal.rule for signal in score.signals}


def test_a_catalogue_is_known_where_it_was_taken_to(engine: Engine) -> None:
    remember(engine, VICTIM)
    assert told(engine, THIEF) == (SeenGoods("moc-lan.example", SPRING, wares()),)
    assert accuses(engine, THIEF)


def test_the_robbed_shop_is_never_accused_though_the_thief_was_seen_first(engine: Engine) -> None:
    remember(engine, THIEF)
    robbed = replace(VICTIM, domain_facts=shop("x", (), registered=NOW - timedelta(days=2_000)).domain_facts)
    assert told(engine, robbed)
    assert not accuses(engine, robbed)
    assert not accuses(engine, VICTIM), "no registry said when it began"


@pytest.mark.parametrize(
    "seller",
    [
        shop("dai-ly.example", wares(price=850_000), registered=NOW),  # sells at about the maker's price
        shop("chi-nhanh.example", wares(price=250_000), phone="+84912000001", registered=NOW),  # the same people's
        shop("ban-le.example", (*wares(price=250_000), *wares(9, of="7")), registered=NOW),  # and more of its own
        shop("it-hang.example", wares(4, price=250_000), registered=NOW),
        shop("www.moc-lan.example", wares(price=250_000), registered=NOW),
    ],
)
def test_honest_sellers_of_the_same_goods_are_spared(engine: Engine, seller: SiteFacts) -> None:
    remember(engine, VICTIM)
    own = replace(seller, domain="moc-lan.example") if "moc-lan" in seller.host else seller
    assert not accuses(engine, own)


def test_goods_of_several_shops_are_a_makers_and_known_frauds_rob_nobody(engine: Engine) -> None:
    remember(engine, VICTIM, shop("tiem-khac.example", wares(), phone="+84912000003"))
    assert told(engine, THIEF) == ()
    with write_session(engine) as session:
        session.add(
            Case(
                host="tiem-khac.example",
                domain="tiem-khac.example",
                url="https://tiem-khac.example/",
                state="confirmed",
                level="likely",
                points=3,
                opened_at=NOW,
                updated_at=NOW,
            )
        )
        session.commit()
    assert [seen.host for seen in told(engine, THIEF)] == ["moc-lan.example"]


def test_what_is_kept_is_bounded_and_forgotten_of_who_turns_suspicious(engine: Engine) -> None:
    def kept(what: Any) -> int:
        with read_session(engine) as session:
            return session.exec(select(func.count()).select_from(what)).one()

    many = tuple(GoodsMark(f"{number:016x}", 1_000) for number in range(3 * GOODS))
    remember(engine, shop("to.example", many[:GOODS]), shop("to.example", many[GOODS:]))
    assert (kept(Catalogue), kept(CatalogueGoods)) == (1, GOODS)
    remember(engine, *(shop(f"tiem-{number}.example", many[:20]) for number in range(9)))
    assert kept(CatalogueGoods) == GOODS + 20 * (HOLDERS - 1)
    remember(engine, VICTIM, at=SPRING)
    remember(engine, VICTIM, at=NOW)
    assert told(engine, THIEF)[0].since == SPRING
    remember(engine, VICTIM, level=Level.SUSPICIOUS)
    assert told(engine, THIEF) == ()
    remember(engine, shop("ai-do.blogspot.com", wares()))
    assert told(engine, THIEF) == (), "a name that anyone may have is nobody's shop"


def test_a_sweep_tells_the_rules_who_sold_it_before(engine: Engine) -> None:
    remember(engine, VICTIM)
    counted: list[str] = []
    bench = SimpleNamespace(engine=engine, stats=SimpleNamespace(inc_value=counted.append))
    item = Examination(
        target=cast(LeasedTarget, None),
        outcome=Outcome.READ,
        reason="",
        pages=cast("tuple[SeenPage, ...]", ()),
        site=replace(THIEF, pages=(PageView(replace(THIEF.pages[0].facts, phones=())),)),
        score=assess(THIEF),
    )
    judged = asyncio.run(RecallPipeline(cast(Any, bench)).process_item(item))
    assert [seen.host for seen in judged.site.seen_goods] == ["moc-lan.example"]
    assert RULE in {signal.rule for signal in judged.score.signals}
    assert counted == ["lachan/sites/whose_goods_stood_elsewhere"]
