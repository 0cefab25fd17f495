"""Whom to tell: the right recipients in the right order, each with a law of the day and a channel that holds."""

from datetime import date, timedelta

import pytest

from takedown.guards import Effect, Finding
from takedown.offices import Act, Agency, load_offices
from takedown.recipients import load_recipients
from takedown.recipients.contacts import NetworkTraits
from takedown.routing import MoneyTrail, Plan, SiteKnown, route

TODAY = date(2026, 11, 24)
CLOUDFLARE = NetworkTraits("203.0.113.7", asn=13335)
REGISTRY, OFFICES = load_recipients(), load_offices()
GODADDY = SiteKnown(
    "shop.example.com", "example.com", "https://shop.example.com/", registrar_id="146", networks=(CLOUDFLARE,)
)


def agency(name: str) -> Agency:
    found = OFFICES.agency(name, TODAY)
    assert found is not None
    return found


def plan(
    *sites: SiteKnown,
    who: str = "so_khcn_hcm",
    money: MoneyTrail = MoneyTrail(),
    findings: tuple[Finding, ...] = (),
    urgent: bool = False,
    on: date = TODAY,
) -> Plan:
    return route(sites, money, findings, registry=REGISTRY, offices=OFFICES, agency=agency(who), on=on, urgent=urgent)


def test_the_host_is_told_before_the_registrar_and_lists_come_last() -> None:
    roles = [step.role for step in plan(GODADDY).steps]
    assert roles[0] == "host"
    assert roles.index("host") < roles.index("registrar") < roles.index("authority") < roles.index("browser_list")


def test_a_department_proposes_and_the_police_require() -> None:
    proposing, requiring = plan(GODADDY), plan(GODADDY, who="pa05_hcm")
    isp = {step.role: step for step in proposing.steps}["isp"]
    assert (isp.act, isp.binding) == (Act.PROPOSE, False)
    assert any(step.recipient.id == "pa05_hcm" for step in proposing.steps)
    isp = {step.role: step for step in requiring.steps}["isp"]
    assert (isp.act, isp.binding, isp.clock) == (Act.REQUIRE, True, timedelta(hours=24))
    assert not any(step.role == "authority" for step in requiring.steps)
    assert {step.id for step in isp.legal} & {"luat_an_ninh_mang_2025"}


def test_an_emergency_has_the_shorter_clock() -> None:
    isp = {step.role: step for step in plan(GODADDY, who="pa05_hcm", urgent=True).steps}["isp"]
    assert isp.clock == timedelta(hours=6)


def test_abroad_everybody_only_reports() -> None:
    host = plan(GODADDY, who="pa05_hcm").steps[0]
    assert (host.recipient.id, host.act, host.binding, host.language) == ("cloudflare", Act.REPORT, False, "en")


def test_no_law_that_has_ended_is_cited() -> None:
    for step in plan(GODADDY, who="pa05_hcm").steps:
        assert all(basis.id != "luat_an_ninh_mang_2018" for basis in step.legal)
    before = [basis.id for basis in OFFICES.bases(Act.REQUIRE, "isp", date(2026, 6, 30))]
    assert "luat_an_ninh_mang_2018" in before
    assert "luat_an_ninh_mang_2025" not in before


def test_a_page_on_a_shared_platform_goes_to_the_platform_alone() -> None:
    site = SiteKnown("x.weebly.com", "weebly.com", "https://x.weebly.com/", registrar_id="146", platform="weebly")
    narrow = (Finding("shared-platform", Effect.NARROW, "a", "b"),)
    roles = {step.role for step in plan(site, findings=narrow).steps}
    assert "platform" in roles
    assert not roles & {"registrar", "registry", "isp"}


def test_a_hacked_site_is_cleaned_never_suspended() -> None:
    findings = (Finding("hacked-site", Effect.NARROW, "a", "b"),)
    site = SiteKnown(
        "s.vn", "s.vn", "https://s.vn/x", networks=(CLOUDFLARE,), owner_email="chu@s.vn", registrar_id="146"
    )
    steps = plan(site, findings=findings).steps
    assert {step.role for step in steps} == {"host", "owner"}
    assert {step.act for step in steps} == {Act.ASK_CLEAN}


@pytest.mark.parametrize("effect", [Effect.REFUSE, Effect.WAIT])
def test_a_guard_that_says_no_leaves_nobody(effect: Effect) -> None:
    assert plan(GODADDY, findings=(Finding("x", effect, "a", "b"),)).steps == ()


def test_money_brings_the_bank_and_the_carrier_in() -> None:
    steps = plan(GODADDY, money=MoneyTrail(("970436:0123456789",), ("+84961234567",))).steps
    assert {"bank", "carrier"} <= {step.role for step in steps}


def test_one_notice_a_recipient_with_all_addresses() -> None:
    other = SiteKnown(
        "b.example.net", "example.net", "https://b.example.net/", registrar_id="146", networks=(CLOUDFLARE,)
    )
    steps = plan(GODADDY, other).steps
    assert len({step.recipient.id for step in steps}) == len(steps)
    assert steps[0].urls == ("https://shop.example.com/", "https://b.example.net/")


def test_what_nobody_answers_for_is_said() -> None:
    unknown = plan(SiteKnown("a.example", "a.example", "https://a.example/", registrar="Nobody Ltd")).unknown
    assert any("Nobody Ltd" in line for line in unknown)
    assert any("host" in line for line in unknown)


def test_whom_only_a_registry_names_is_told_by_the_address_that_it_gives() -> None:
    network = NetworkTraits(
        "198.51.100.9", name="Small Host", asn=64500, abuse_emails=("abuse@small.example",), source="rir"
    )
    site = SiteKnown(
        "a.example",
        "a.example",
        "https://a.example/",
        registrar="Nobody Ltd",
        registrar_id="99999",
        registrar_emails=("abuse@nobody.example",),
        networks=(network,),
    )
    found = plan(site)
    steps = {step.role: step for step in found.steps}
    assert steps["host"].channel is not None
    assert (steps["host"].recipient.id, steps["host"].channel.value) == ("network:Small Host", "abuse@small.example")
    assert steps["registrar"].channel is not None
    assert steps["registrar"].channel.value == "abuse@nobody.example"
    assert steps["host"].act is Act.REPORT
    assert found.unknown == ()


def test_every_step_can_be_sent_or_says_why_not() -> None:
    for step in plan(GODADDY, who="pa05_hcm").steps:
        assert step.problem or step.channel is not None or step.act in {Act.REQUIRE, Act.PROPOSE}
        assert step.why_vi
        assert step.why_en
