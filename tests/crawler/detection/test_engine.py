"""Points become a level as stated: one family is capped, unknown is neither, a page's excuse is its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.engine import assess, assess_page
from crawler.detection.errors import RuleError
from crawler.detection.explain import MEANINGS, explain_score, score_json
from crawler.detection.facts import (
    BankAccount,
    Brand,
    CryptoAddress,
    DomainFacts,
    Form,
    FormField,
    Lookup,
    LookupState,
    Owner,
    PageFacts,
    PageView,
    SiteFacts,
    TaxCode,
)
from crawler.detection.rating import LEVELS, PRIOR, adjust, judge_level, rate
from crawler.detection.rule import (
    HERE,
    READERS,
    Finding,
    all_rules,
    collect_rules,
    digest_sources,
    page_rule,
    rule_set_version,
)
from crawler.detection.score import Level
from crawler.detection.signal import Category, Family, Signal

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
BANK = Brand("vietcombank", "bank", "Vietcombank", domains=("vietcombank.com.vn",))
LOGIN = Form("https://x.example/post.php", "post", (FormField("u"), FormField("p", "password", "Mật khẩu")))


def page(text: str = "", url: str = "https://x.example/", **more: object) -> PageFacts:
    return PageFacts(url=url, observed_at=SEEN, text=text, **more)  # type: ignore[arg-type]


def site(*pages: PageFacts, host: str = "x.example", domain: DomainFacts | None = None) -> SiteFacts:
    views = tuple(PageView(facts) for facts in pages)
    return SiteFacts(host, host, SEEN, views, domain_facts=domain, brands=(BANK,))


def phishing(url: str = "https://x.example/") -> PageFacts:
    return page("Tài khoản của quý khách đã bị khóa", url, title="Vietcombank - Đăng nhập", forms=(LOGIN,))


def test_nothing_readable_is_unknown() -> None:
    assert assess(site()).level is Level.UNKNOWN
    assert assess(site(page())).level is Level.UNKNOWN
    assert assess(site(page("Không tìm thấy", status=404))).level is Level.UNKNOWN


def test_an_ordinary_page_is_clean_at_the_prior() -> None:
    score = assess_page(page("Quán phở mở cửa từ sáu giờ sáng."))
    assert (score.level, score.points, score.signals) == (Level.CLEAN, PRIOR, ())


def test_several_families_reach_likely_and_explain_themselves() -> None:
    score = assess(site(phishing()))
    assert score.level.at_least(Level.LIKELY)
    assert score.categories[0][0] is Category.PHISHING
    assert score.deciding_url == "https://x.example/"
    assert sum(signal.points for signal in score.signals) + PRIOR == pytest.approx(score.points)


def test_words_alone_stay_below_suspicious() -> None:
    lures = (
        "Cam kết bảo toàn vốn\nNhân đôi tài khoản\nDuyệt vay trong 5 phút\nNhà cái uy tín\nNổ hũ bắn cá\nLệnh truy nã"
    )
    assert not assess_page(page(lures)).level.at_least(Level.SUSPICIOUS)


def test_one_family_alone_is_capped_and_says_why() -> None:
    facts = page("Đăng nhập", title="Vietcombank", canonical="https://vietcombank.com.vn/", forms=(_away(),))
    facts = page("Đăng nhập", title="Vietcombank", canonical="https://vietcombank.com.vn/", forms=facts.forms)
    score = assess(site(facts))
    assert {signal.family for signal in score.signals} - {Family.LEARNED} == {Family.IMPERSONATION}
    assert score.points >= 1.0
    assert score.level is Level.SUSPICIOUS
    assert judge_level(score.points).rank > Level.SUSPICIOUS.rank
    assert (score.adjustments[-1].points, "mạo danh" in score.adjustments[-1].message_vi) == (0.0, True)
    assert any("mạo danh" in line for line in explain_score(score))


POINTS = st.integers(-500, 900).map(lambda cents: cents / 100)
OFFICIAL = Signal("innocent.official-domain", Family.INNOCENT, -6.0, "", "")


@given(st.lists(st.tuples(st.sampled_from(Family), POINTS), max_size=12), st.booleans())
def test_what_is_shown_adds_up_to_the_score(parts: list[tuple[Family, float]], official: bool) -> None:
    signals = tuple(Signal(f"r{n}", family, points, "", "") for n, (family, points) in enumerate(parts))
    signals += (OFFICIAL,) if official else ()
    rating = rate(signals)
    assert sum(part.points for part in (*signals, *rating.adjustments)) == pytest.approx(rating.points, abs=0.001)
    assert rating.adjustments[: len(adjust(signals))] == adjust(signals)
    assert all(part.message_vi and part.message_en for part in rating.adjustments)
    words = sum(signal.points for signal in signals if signal.family in {Family.WORDING, Family.LEARNED})
    excuses = sum(signal.points for signal in signals if signal.points < 0 and signal is not OFFICIAL)
    assert any("lời lẽ chỉ" in part.message_vi for part in rating.adjustments) == (words > 4.405)
    assert any("ngay thẳng chỉ được trừ" in part.message_vi for part in rating.adjustments) == (excuses < -3.005)


@given(st.lists(POINTS.filter(lambda points: points > 0), max_size=12), st.sampled_from(Family))
def test_no_family_passes_suspicious_alone(points: list[float], family: Family) -> None:
    rating = rate(tuple(Signal(f"r{n}", family, each, "", "") for n, each in enumerate(points)))
    assert rating.level.rank <= Level.SUSPICIOUS.rank


def _away() -> Form:
    return Form("", "post", (FormField("u"), FormField("p", "password", "Mật khẩu")))


def test_a_rule_counts_once_a_site() -> None:
    one = assess(site(phishing()))
    three = assess(site(phishing(), phishing("https://x.example/2"), phishing("https://x.example/3")))
    assert one.points == three.points


def test_a_warning_page_excuses_no_other_page() -> None:
    warning = page(
        "Cảnh báo thủ đoạn giả danh. Bộ Công an khuyến cáo, nạn nhân hãy trình báo cơ quan công an.",
        "https://x.example/canh-bao",
    )
    assert assess(site(warning)).level is Level.CLEAN
    assert assess(site(warning, phishing())).points == assess(site(phishing())).points


def test_the_official_host_clears_the_same_page() -> None:
    there = phishing("https://www.vietcombank.com.vn/login")
    assert assess(site(there, host="www.vietcombank.com.vn")).level is Level.CLEAN


def test_excuses_that_can_be_bought_do_not_clear_phishing() -> None:
    bought = page(
        "Tài khoản của quý khách đã bị khóa. Cảnh báo giả mạo, khuyến cáo, thủ đoạn, nạn nhân. Cho kiểm hàng.",
        title="Vietcombank - Đăng nhập",
        forms=(LOGIN,),
        is_article=True,
        owner=Owner("Công ty TNHH Mẫu", "Hà Nội"),
        tax_codes=(TaxCode("0100109106", valid=True, kind="enterprise"),),
    )
    old = _registered(SEEN - timedelta(days=4000), LookupState.FOUND)
    assert assess(site(bought, domain=old)).level.at_least(Level.SUSPICIOUS)


def _registered(when: datetime, state: LookupState) -> DomainFacts:
    return DomainFacts("x.example", "x.example", SEEN, (Lookup("rdap", state),), registered_at=when)


@pytest.mark.parametrize("state", [state for state in LookupState if state is not LookupState.FOUND])
def test_a_look_up_that_found_nothing_says_nothing(state: LookupState) -> None:
    plain = assess(site(phishing()))
    young = assess(site(phishing(), domain=_registered(SEEN - timedelta(days=3), state)))
    assert young.points == plain.points


def test_a_young_domain_adds_points_and_is_named() -> None:
    score = assess(site(phishing(), domain=_registered(SEEN - timedelta(days=3), LookupState.FOUND)))
    assert "name.young-domain" in {signal.rule for signal in score.signals}


def test_the_rule_sets_name_changes_with_rules_readers_and_their_data_and_with_nothing_else(tmp_path: Path) -> None:
    for name in ("rules/a.py", "b.toml", "c.json", "RULES.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    first = digest_sources(tmp_path)
    (tmp_path / "RULES.md").write_text("2")
    assert digest_sources(tmp_path) == first
    names = {first}
    for name in ("rules/a.py", "b.toml", "c.json"):
        (tmp_path / name).write_text("2")
        names.add(digest_sources(tmp_path))
    assert len(names) == 4
    assert rule_set_version() == digest_sources(HERE, READERS) != digest_sources(HERE)
    assert (READERS / "page.py").is_file()


def test_same_facts_same_score() -> None:
    assert assess(site(phishing())) == assess(site(phishing()))


def test_levels_have_meanings_in_both_languages() -> None:
    assert set(MEANINGS) == set(Level)
    assert [judge_level(least) for least, _ in LEVELS] == [level for _, level in LEVELS]


@pytest.mark.parametrize(("language", "word"), [("vi", "Tự xưng Vietcombank"), ("en", "Poses as Vietcombank")])
def test_explanations_speak_both_languages(language: str, word: str) -> None:
    lines = explain_score(assess(site(phishing())), language)
    assert any(word in line for line in lines)
    assert rule_set_version() in lines[-1]


def test_json_holds_every_signal() -> None:
    score = assess(site(phishing()))
    rows = score_json(score)["signals"]
    assert isinstance(rows, list)
    assert [row["rule"] for row in rows] == [signal.rule for signal in score.signals]


def _module(name: str, rule_id: str | None, points: float = 1.0) -> ModuleType:
    module = ModuleType(name)
    if rule_id:
        make = page_rule(rule_id, Family.FORM, points, vi="a", en="b")
        module.rule = make(lambda page: Finding())  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ([_module("a", "form.x"), _module("b", "form.x")], "taken"),
        ([_module("a", None)], "no rule"),
        ([_module("a", "money.x")], "family"),
        ([_module("a", "form.x", -1.0)], "points"),
    ],
)
def test_faulty_rules_are_refused(modules: list[ModuleType], said: str) -> None:
    with pytest.raises(RuleError, match=said):
        collect_rules(iter(modules))


def test_rules_are_many_and_sorted() -> None:
    ids = [rule.id for rule in all_rules()]
    assert ids == sorted(ids)
    assert len(ids) > 50
    assert {rule.family for rule in all_rules()} == set(Family)


WARNED = (
    "Một nạn nhân kể lại. Dấu hiệu lừa đảo: đòi chuyển tiền trước. Tuyệt đối không nghe theo, hãy trình báo.\n"
    "Kẻ gian nhắn: nhân đôi tài khoản, nạp tiền làm nhiệm vụ, thao tác sai cần nạp bù. Lợi nhuận khủng."
)
ACCOUNT = BankAccount("0123456789", "vietcombank", holder="NGUYEN VAN A")


def test_a_victims_story_may_quote_the_account() -> None:
    assert assess(site(page(WARNED, bank_accounts=(ACCOUNT,)))).level is Level.CLEAN


def test_an_offer_of_recovery_is_no_warning() -> None:
    offer = page(f"{WARNED}\nCam kết lấy lại tiền 100%", bank_accounts=(ACCOUNT,))
    assert assess(site(offer)).level.at_least(Level.SUSPICIOUS)


def test_what_a_site_is_about_is_read_on_all_its_pages() -> None:
    front = page("Nhà đầu tư nhận lợi nhuận, rút tiền tự do.")
    paid = page("Gửi tới địa chỉ sau", "https://x.example/nap", crypto_addresses=(CryptoAddress("tron", "T1"),))
    rules = {signal.rule for signal in assess(site(front, paid)).signals}
    assert "money.crypto-deposit" in rules
    assert "money.crypto-deposit" not in {signal.rule for signal in assess(site(paid)).signals}
