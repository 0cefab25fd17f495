"""The learned model is bounded, explains itself, refuses what it cannot read, and can be left out."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crawler.detection.engine import assess
from crawler.detection.errors import RuleError
from crawler.detection.facts import Form, FormField, PageFacts, PageView, SiteFacts
from crawler.detection.learned.features import BUCKETS, read_features, word_buckets
from crawler.detection.learned.model import HERE, Opinion, model_text, parse_model, shipped_model
from crawler.detection.rating import rate, supporting_families
from crawler.detection.rules.learned.page_model import MOST, find_resemblance, page_model
from crawler.detection.score import Level
from crawler.detection.signal import Family, Signal

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
ASKS = Form(
    "https://x.example/next.php",
    "post",
    (
        FormField("user"),
        FormField("pass", "password"),
        FormField("cvv", label="CVV"),
        FormField("card", label="Card number"),
    ),
)
PAGE = PageFacts("https://x.example/", SEEN, title="Verify your account", text="Verify your account now", forms=(ASKS,))
SITE = SiteFacts("x.example", "x.example", SEEN, (PageView(PAGE),))


def learned(points: float) -> Signal:
    return Signal("learned.page-model", Family.LEARNED, points, "", "")


def words(points: float) -> Signal:
    return Signal("wording.x", Family.WORDING, points, "", "")


def test_it_never_decides_alone() -> None:
    assert rate((learned(MOST),)).level is Level.CLEAN


def test_words_and_what_was_learned_from_words_stay_at_watch() -> None:
    assert rate((words(9.0), learned(MOST))).level is Level.WATCH


def test_it_supports_no_other_family() -> None:
    money = Signal("money.x", Family.MONEY, 9.0, "", "")
    assert supporting_families((money, learned(MOST))) == {Family.MONEY}
    assert rate((money, learned(MOST))).level is Level.SUSPICIOUS


def test_it_is_asked_where_a_rule_spoke_and_can_be_left_out() -> None:
    score = assess(SITE)
    without = assess(replace(SITE, learned=False))
    assert "learned.page-model" in {signal.rule for signal in score.signals}
    assert "learned.page-model" not in {signal.rule for signal in without.signals}
    assert without.rule_set == f"{score.rule_set}-unlearned"
    assert score.points > without.points


def test_where_no_rule_spoke_it_is_not_asked() -> None:
    plain = PageFacts("https://x.example/", SEEN, title="Cơm nhà", text="Canh chua, cá kho, rau luộc")
    assert assess(SiteFacts("x.example", "x.example", SEEN, (PageView(plain),))).signals == ()


def test_its_reason_names_the_pages_own_words() -> None:
    signal = next(signal for signal in assess(SITE).signals if signal.family is Family.LEARNED)
    said = set(signal.excerpt.split(", "))
    assert said <= set(read_features(PAGE).words) | set(read_features(PAGE).structure)


@given(some.floats(-50, 50))
def test_points_are_bounded_and_never_below_zero(log_odds: float) -> None:
    finding = find_resemblance(Opinion(log_odds, ("a",)))
    assert finding is None or 0 < page_model.signal(finding).points <= MOST


@given(some.text(max_size=300), some.text(max_size=40))
def test_any_text_gives_bounded_features(text: str, title: str) -> None:
    features = read_features(PageFacts("https://x.example/", SEEN, title=title, text=text * 40))
    assert all(0 <= bucket < BUCKETS for pieces in features.words.values() for bucket in pieces)
    assert len(features.words) <= 700
    assert -60 < shipped_model().judge(features).log_odds < 60


def test_length_and_padding_at_the_far_end_change_little() -> None:
    longer = replace(PAGE, text=PAGE.text + " canh chua" * 5_000)
    model = shipped_model()
    assert model.judge(read_features(longer)).log_odds > model.judge(read_features(PAGE)).log_odds - 2


def test_short_words_have_pieces() -> None:
    assert word_buckets("ab")
    assert word_buckets("abcdef") == word_buckets("abcdef")


def test_the_artifact_is_small_and_round() -> None:
    path = HERE / "model.json"
    assert path.stat().st_size < 200_000
    row = json.loads(path.read_text("utf-8"))
    assert {"made_at", "corpora", "limits", "figures", "groups"} <= row["card"].keys()
    assert parse_model(model_text(shipped_model(), row["card"])) == shipped_model()
    assert (HERE / "model.md").read_text("utf-8").startswith("# The learned model")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "buckets": 32768, "weights": "AA==", "structure": {}}'],
)
def test_another_artifact_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="lachan train"):
        parse_model(text)
