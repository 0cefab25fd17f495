"""Host names judged by their letters: what is borrowed is seen, what merely contains the same letters is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.names import judge as judging
from crawler.detection.names.index import NameIndex
from crawler.detection.names.judge import judge_name
from crawler.detection.names.near import slip_between
from crawler.detection.names.reading import judge_piece, read_name
from crawler.detection.score import Level
from crawler.names import judge_host, name_index

BORROWED = [
    ("vietcombank.vn-xx.top", "vietcombank", "name.brand-in-host"),
    ("vietcombank-login.com", "vietcombank", "name.brand-in-host"),
    ("www.sacombank-vn.top", "sacombank", "name.brand-in-host"),
    ("vietcombank.com.vn.secure-id.info", "vietcombank", "name.brand-in-host"),
    ("momo-nhanqua.xyz", "momo", "name.brand-in-host"),
    ("tiki-trian.online", "tiki", "name.brand-in-host"),
    ("shopeevip16.com", "shopee", "name.brand-in-host"),
    ("ghtk-xacminh.top", "ghtk", "name.brand-in-host"),
    ("vietc0mbank.com", "vietcombank", "name.lookalike"),
    ("vietcombnak.com", "vietcombank", "name.lookalike"),
    ("vietcomvank.com", "vietcombank", "name.lookalike"),
    ("techcombannk.net", "techcombank", "name.lookalike"),
    ("vietcornbank.com", "vietcombank", "name.lookalike"),
]


@pytest.mark.parametrize(("host", "brand", "rule"), BORROWED)
def test_a_borrowed_name_is_suspicious_and_the_reason_named(host: str, brand: str, rule: str) -> None:
    found = judge_host(host)
    assert found.level is Level.SUSPICIOUS
    assert found.brand is not None
    assert found.brand.id == brand
    assert rule in {signal.rule for signal in found.signals}
    assert all(signal.message_vi and signal.message_en for signal in found.signals)


@pytest.mark.parametrize(
    ("shown", "brand"),
    [("viеtcombank.com", "vietcombank"), ("sаcombank-online.com", "sacombank"), ("vietcombаnk.top", "vietcombank")],
)
def test_letters_of_another_script_are_read_as_they_are_drawn(shown: str, brand: str) -> None:
    puny = ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in shown.split(".")
    )
    for host in (shown, puny):
        found = judge_host(host)
        assert found.level is Level.SUSPICIOUS
        assert found.brand is not None
        assert found.brand.id == brand
        assert {"name.lookalike", "name.mixed-letters"} <= {signal.rule for signal in found.signals}


@pytest.mark.parametrize(
    "host",
    [
        "vietcombank.com.vn", "digibank.vietcombank.com.vn", "tiki.vn", "zalo.me", "facebook.com", "m.facebook.com",
        "dichvucong.gov.vn", "soyte.hanoi.gov.vn", "github.io", "weebly.com", "momo.vn",
    ],
)  # fmt: skip
def test_official_hosts_and_platforms_are_never_flagged(host: str) -> None:
    assert judge_host(host).level is Level.CLEAN


@pytest.mark.parametrize(
    "host",
    [
        "contiki.com", "antikita.jp", "otpbank.hu", "schwabbank.com", "lottery.com", "momofuku.com", "bestmomo.de",
        "vayu.org", "acbl.org", "vibram.com", "cupcake.com", "darwin.org", "service-cloud.com", "shopping.com",
        "amazonas.com.br", "congan-vietnam.com.vn",
    ],
)  # fmt: skip
def test_short_names_inside_other_words_mean_nothing(host: str) -> None:
    assert judge_host(host).level in {Level.CLEAN, Level.WATCH}


@pytest.mark.parametrize(
    ("host", "word"),
    [
        ("vaynhanh247.top", "vaynhanh"), ("nhanqua-trian.xyz", "nhanqua"), ("kiemtienonline88.com", "kiemtienonline"),
        ("nhacai-uytin.com", "nhacai"), ("taixiu88.win", "taixiu"), ("dichvucong-gov.com", "dichvucong"),
    ],
)  # fmt: skip
def test_lures_without_marks_are_seen(host: str, word: str) -> None:
    found = judge_host(host)
    assert found.level is Level.SUSPICIOUS
    assert any(word in signal.message_vi for signal in found.signals)


@pytest.mark.parametrize("host", ["acb.vn-cy.xyz", "com-bs.xyz", "vn-iv.top", "vcbdaiebink.com", "2282vn.vip"])
def test_farms_of_names_are_seen(host: str) -> None:
    assert judge_host(host).level is Level.SUSPICIOUS


@pytest.mark.parametrize("text", ["", "localhost", "not a host", "203.0.113.7", "..", "a..b", "-", "xn--.com", "*."])
def test_what_is_no_name_says_nothing(text: str) -> None:
    assert judge_host(text).level in {Level.UNKNOWN, Level.CLEAN}


def test_a_wildcard_and_capitals_are_read_through() -> None:
    assert judge_host("*.VietcomBank-Login.COM.").points == judge_host("vietcombank-login.com").points


def test_a_platforms_tenant_is_told_from_the_platform() -> None:
    rules = {signal.rule for signal in judge_host("vietcombank-login.weebly.com").signals}
    assert {"name.brand-in-host", "name.free-platform"} <= rules


@given(st.text(max_size=300))
def test_any_text_is_judged_without_a_fault(text: str) -> None:
    assert judge_host(text).level in {Level.UNKNOWN, Level.CLEAN, Level.WATCH, Level.SUSPICIOUS}


LETTERS = st.from_regex(r"[a-z0-9]{3,10}(-[a-z0-9]{2,8}){0,2}", fullmatch=True)
BAITED = st.lists(
    st.sampled_from(["vay", "sms", "ads", "otp", "log", "sale", "login", "24", "vip"]), min_size=2, max_size=3
)


@given(
    st.one_of(LETTERS, BAITED.map("-".join), BAITED.map("".join), st.sampled_from(sorted(name_index().tokens))),
    st.sampled_from(["com", "vn", "com.vn", "de"]),
)
def test_the_quick_look_lets_nothing_through(name: str, suffix: str) -> None:
    host, index = f"{name}.{suffix}", name_index()
    if index.is_plain(host):
        reading = read_name(host, index)
        assert reading is None or not judging._signals(reading, None)


def test_without_the_public_list_names_are_taken_apart_by_shape() -> None:
    index = NameIndex(name_index().brands)
    assert judge_name("vietcombank-login.com.vn", index).level is Level.SUSPICIOUS
    assert judge_name("vietcombank.github.io", index).brand is not None


@pytest.mark.parametrize(
    ("word", "kind"), [("", 0), ("247", 1), ("vip88", 1), ("login", 2), ("loginvn24", 2), ("qwrt", -1), ("vipqwrt", -1)]
)
def test_pieces_beside_a_name_are_told_apart(word: str, kind: int) -> None:
    assert judge_piece(word) == kind


@given(st.text("abc", min_size=4, max_size=9), st.integers(0, 8), st.sampled_from("abcz"))
def test_one_change_is_one_slip(word: str, place: int, letter: str) -> None:
    at = place % len(word)
    for changed in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert changed == word or slip_between(changed, word) is not None
    assert slip_between(word, word) is None
    assert slip_between(word + "zz", word) is None
