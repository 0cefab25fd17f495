"""What confirmed cases say of a site's money and kit, on both databases: never its own case, never an honest one's."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Engine

from crawler.detection.engine import assess
from crawler.detection.facts import (
    BankAccount,
    KitMark,
    KnownSign,
    Link,
    PageFacts,
    PageView,
    Phone,
    PhoneKind,
    Price,
    SiteFacts,
    Trick,
    TrickKind,
    Wallet,
)
from crawler.detection.score import Level
from crawler.examined import Examination, SeenPage
from crawler.frontier import LeasedTarget
from crawler.indicators import site_indicators
from crawler.pipelines.recall import RecallPipeline
from crawler.recalling import recall
from crawler.visit import Outcome
from storage.db import read_session, write_session
from storage.models import Case, CaseIndicator

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ACCOUNT = ("bank_account", "970436:0123456789")
PAGE = PageFacts(
    "https://moi.example/",
    NOW,
    title="Kho đồ gia dụng",
    text="Nồi chiên, quạt, máy lọc nước. Giao toàn quốc.",
    bank_accounts=(BankAccount("0123456789", "vietcombank", "970436", "NGUYEN VAN A"),),
    phones=(Phone("+84912345678", PhoneKind.MOBILE),),
    wallets=(Wallet("momo", "0987654321"),),
)
SITE = SiteFacts("moi.example", "moi.example", NOW, (PageView(PAGE),))


def keep(engine: Engine, host: str, state: str, *signs: tuple[str, str], handling: str = "") -> int:
    with write_session(engine) as session:
        case = Case(
            host=host,
            domain=host,
            url=f"https://{host}/",
            state=state,
            level="likely",
            points=3,
            opened_at=NOW,
            updated_at=NOW,
            handling=handling,
        )
        session.add(case)
        session.flush()
        assert case.id is not None
        for kind, value in signs:
            session.add(CaseIndicator(case_id=case.id, kind=kind, value=value, first_at=NOW))
        session.commit()
        return case.id


def recalled(engine: Engine, site: SiteFacts = SITE) -> tuple[KnownSign, ...]:
    with read_session(engine) as session:
        return recall(session, site)


def test_the_oldest_confirmed_case_of_another_site_is_named(engine: Engine) -> None:
    keep(engine, "dang-xem.example", "in_review", ACCOUNT)
    first = keep(engine, "kho-cu.example", "down", ACCOUNT, ("phone", "+84912345678"))
    keep(engine, "kho-khac.example", "confirmed", ACCOUNT)
    assert recalled(engine) == (
        KnownSign("bank_account", "0123456789", first, "kho-cu.example"),
        KnownSign("phone", "+84912345678", first, "kho-cu.example"),
    )


@pytest.mark.parametrize(
    ("host", "state", "handling"),
    [
        ("moi.example", "confirmed", ""),  # its own case
        ("dang-xem.example", "in_review", ""),
        ("dang-xem.example", "new", ""),
        ("that.example", "false_positive", ""),
        ("bi-hack.example", "confirmed", "clean_only"),
    ],
)
def test_nothing_is_known_by_what_nobody_confirmed_of_another_site(
    engine: Engine, host: str, state: str, handling: str
) -> None:
    keep(engine, host, state, ACCOUNT, handling=handling)
    assert recalled(engine) == ()


def test_the_number_of_an_honest_site_tells_nothing_though_a_fraud_copied_it(engine: Engine) -> None:
    keep(engine, "kho-cu.example", "confirmed", ACCOUNT, ("wallet", "momo:0987654321"))
    keep(engine, "chinh-chu.example", "false_positive", ACCOUNT)
    assert [sign.value for sign in recalled(engine)] == ["0987654321"]


def test_the_same_number_at_another_bank_is_another_account(engine: Engine) -> None:
    keep(engine, "kho-cu.example", "confirmed", ("bank_account", "970415:0123456789"))
    assert recalled(engine) == ()


def test_a_sweep_scores_a_site_with_what_is_known_of_its_money(engine: Engine) -> None:
    case = keep(engine, "kho-cu.example", "confirmed", ACCOUNT)
    counted: dict[str, int] = {}
    stats = SimpleNamespace(inc_value=lambda name: counted.update({name: counted.get(name, 0) + 1}))
    pipeline = RecallPipeline(cast(Any, SimpleNamespace(engine=engine, stats=stats)))
    item = Examination(
        target=cast(LeasedTarget, None),
        outcome=Outcome.READ,
        reason="",
        pages=cast("tuple[SeenPage, ...]", ()),
        site=SITE,
        score=assess(SITE),
    )
    judged = asyncio.run(pipeline.process_item(item))
    signal = next(each for each in judged.score.signals if each.rule == "money.account-reused")
    assert f"hồ sơ số {case} (kho-cu.example)" in signal.message_vi
    assert judged.score.points == pytest.approx(item.score.points + signal.points)
    assert counted == {"lachan/sites/known_by_their_money": 1}


def test_a_page_that_lists_the_accounts_of_many_cases_is_no_fraud_itself() -> None:
    accounts = tuple(BankAccount(f"01234567{number}", "", "970436") for number in range(10, 15))
    known = tuple(KnownSign("bank_account", each.number, case, "x.example") for case, each in enumerate(accounts))
    page = PageFacts("https://ds.example/", NOW, text="Danh sách", bank_accounts=accounts)
    site = SiteFacts("ds.example", "ds.example", NOW, (PageView(page),), known=known)
    assert "money.account-reused" not in {each.rule for each in assess(site).signals}
    few = SiteFacts("ds.example", "ds.example", NOW, (PageView(page),), known=known[:2])
    assert "money.account-reused" in {each.rule for each in assess(few).signals}


KIT = ("kit", "markup:00112233445566aa")
PRICES = tuple(Price(99_000, item=f"Món {number}") for number in range(3))
BUILT = replace(PAGE, bank_accounts=(), phones=(), wallets=(), kits=(KitMark("markup", KIT[1][7:]),))


def built(page: PageFacts = BUILT) -> SiteFacts:
    return SiteFacts("moi.example", "moi.example", NOW, (PageView(page),))


def test_a_kit_is_known_again_by_confirmed_cases_alone(engine: Engine) -> None:
    keep(engine, "dang-xem.example", "in_review", KIT)
    assert recalled(engine, built()) == ()
    case = keep(engine, "kho-cu.example", "confirmed", KIT)
    assert recalled(engine, built()) == (KnownSign("kit", KIT[1][7:], case, "kho-cu.example"),)
    keep(engine, "dung-chung-mau.example", "false_positive", KIT)
    assert recalled(engine, built()) == ()


@pytest.mark.parametrize(
    "copied",
    [
        replace(BUILT, tricks=(Trick(TrickKind.COPIED_PAGE, "saved from url=(0020)https://goc.example/"),)),
        replace(BUILT, links=tuple(Link(f"https://goc.example/{number}", "x") for number in range(9))),
    ],
)
def test_the_markup_of_a_copied_page_is_its_victims_and_never_kept(engine: Engine, copied: PageFacts) -> None:
    keep(engine, "kho-cu.example", "confirmed", KIT)
    assert site_indicators(built(copied)) == []
    assert recalled(engine, built(copied)) == ()


@pytest.mark.parametrize(
    ("page", "marks", "points"),
    [
        (BUILT, 1, 1.2),
        (replace(BUILT, kits=(*BUILT.kits, KitMark("files", "bb"))), 2, 2.0),
        (replace(BUILT, title="Chào", text="Trang này chưa có gì."), 1, 0.0),  # wants nothing of anybody
        (replace(BUILT, url="https://xa.binhminh.gov.vn/"), 1, 0.0),
        (replace(BUILT, kits=(KitMark("markup", "khac"),)), 1, 0.0),
    ],
)
def test_a_kit_weighs_by_its_parts_and_never_at_home(page: PageFacts, marks: int, points: float) -> None:
    offering = replace(page, prices=PRICES) if page.title != "Chào" else page
    known = (KnownSign("kit", KIT[1][7:], 4, "kho-cu.example"), KnownSign("kit", "bb", 4, "kho-cu.example"))
    host = page.url.split("/")[2]
    score = assess(SiteFacts(host, host, NOW, (PageView(offering),), known=known))
    found = [signal for signal in score.signals if signal.rule == "technique.kit-reused"]
    assert sum(signal.points for signal in found) == pytest.approx(points)
    assert score.level in {Level.CLEAN, Level.WATCH}, "a kit alone accuses nobody"
    assert all(f"phần trùng: {marks}" in signal.message_vi for signal in found)
