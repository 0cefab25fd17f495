"""Phrases are found however they are spelt, and are not held against those who warn of them."""

import time

import pytest

from crawler.detection import lexicon
from crawler.detection.errors import LexiconError
from crawler.detection.fold import Folded
from crawler.detection.lexicon import Hits, load_phrases, phrases_within


def found(text: str, name: str) -> list[str]:
    return [hit.phrase.text for hit in Hits(Folded(text)).of(name)]


@pytest.mark.parametrize(
    "text",
    [
        "Cọc trước giữ hàng",
        "coc truoc giu hang",
        "COC_TRUOC_GIU_HANG",
        "c ọ c trước giữ hàng",
        "Cọc tr\u200bước giữ h\u0430\u0300ng",
        "C0c trước g!ữ hàng",
    ],
)
def test_a_phrase_is_seen_through_its_spelling(text: str) -> None:
    assert "cọc trước giữ hàng" in found(text, "fake_shop")


@pytest.mark.parametrize(
    "text",
    [
        "Tuyệt đối không cung cấp mã OTP cho bất kỳ ai",
        "Đừng bao giờ cung cấp mã OTP",
        "Cảnh giác chiêu trò yêu cầu cung cấp mã OTP",
        "Khong cung cap ma OTP cho ai",
        "Quý khách lưu ý KHÔNG:\ncung cấp mã OTP",
    ],
)
def test_a_refusal_is_no_offer(text: str) -> None:
    assert found(text, "bank_phishing") == []


@pytest.mark.parametrize(
    "text",
    [
        "Không cần thế chấp, duyệt vay trong 5 phút",
        "Ứng dụng vay uy tín. Duyệt vay trong 5 phút",
        "Không lừa đảo. Duyệt vay trong 5 phút",
    ],
)
def test_a_promise_is_no_refusal(text: str) -> None:
    assert "duyệt vay trong 5 phút" in found(text, "loan_app")


def test_phrases_are_whole_words() -> None:
    assert found("nổ hũng", "gambling") == []


def test_the_excerpt_shows_original_words() -> None:
    hits = Hits(Folded("Khuyến mãi lớn\nShop nhận C.ọ.c trước giữ hàng trong ngày\nHết"))
    assert "C.ọ.c trước giữ hàng" in hits.of("fake_shop")[0].words


def test_disguise_is_told_from_plain_spelling() -> None:
    assert Hits(Folded("d u y ệ t  v a y trong 5 phút")).disguised
    assert not Hits(Folded("duyệt vay trong 5 phút")).disguised


def test_every_lexicon_loads_with_its_source() -> None:
    names = {phrase.lexicon for phrase in load_phrases()}
    assert len(load_phrases()) > 800
    assert {"fake_shop", "bank_phishing", "hyip_en", "payment_request"} <= names
    assert all(lexicon.load_toml(path.stem)["source"] for path in lexicon.LEXICONS.glob("*.toml"))


def test_a_broken_lexicon_names_its_file(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "hong.toml").write_text("phrases = [", encoding="utf-8")
    monkeypatch.setattr(lexicon, "LEXICONS", tmp_path)
    with pytest.raises(LexiconError, match=r"hong\.toml"):
        lexicon.load_toml("hong")


@pytest.mark.parametrize("piece", ["không cung cấp mã otp ", "stk ", "c ọ c ", "vay ", "lãi suất 0% \n"])
def test_hostile_repetition_stays_cheap(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    began = time.process_time()
    Hits(Folded(text))
    assert time.process_time() - began < 3.0


@pytest.mark.parametrize(
    "text",
    [
        "Kẻ giả danh nhân viên thường gửi “thẻ nhân viên”, rồi báo khoản vay bị đóng băng.",
        "Trung tâm nhắc không tin quảng cáo “bao vé xe sang biên giới, có người lo ăn ở, việc nhẹ lương cao”.",
    ],
)
def test_a_report_refuses_what_it_quotes_at_any_distance(text: str) -> None:
    assert Hits(Folded(text)).offered == ()


@pytest.mark.parametrize("tricks", [True, False])
def test_what_a_text_may_say_holds_all_that_it_says(tricks: bool) -> None:
    """The first look reads sentences only where the bare phrases would be enough: none may be missing there."""
    phrases = load_phrases()
    spelt = ("{}", "{} c ọ c", "không {}", "<<{}>>")
    folded = Folded("\n".join(spelt[place % 4].format(phrase.text) for place, phrase in enumerate(phrases)))
    said = Hits(folded, tricks=tricks).offered
    assert len(said) > len(phrases) // 2
    assert {hit.phrase for hit in said} <= set(phrases_within(folded, tricks=tricks))


def test_disguised_phrases_are_among_what_a_text_may_say() -> None:
    folded = Folded("C0c trước g!ữ hàng")
    assert Hits(folded).offered
    assert {hit.phrase for hit in Hits(folded).offered} <= set(phrases_within(folded))
