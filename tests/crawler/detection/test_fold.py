"""Hostile spelling folds to plain words, and every fold leads back to what the visitor saw."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.fold import Folded, View, excerpt, fold_plain, fold_squeezed, fold_tidy, printable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Đặt cọc TRƯỚC", "dat coc truoc"),
        ("c\u200bọ\u200bc", "coc"),
        ("Сông аn", "cong an"),  # Cyrillic С and а
        ("𝐕𝐚𝐲 𝐧𝐡𝐚𝐧𝐡", "vay nhanh"),
        ("ｖａｙ", "vay"),
        ("vay\u00a0tiền", "vay tien"),
        ("lãi 30% 🔥 ngay", "lai 30% ngay"),
    ],
)
def test_plain_fold(written: str, read: str) -> None:
    assert fold_plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("c ọ c trước", "coc truoc"),
        ("Th0ng ba0: mở", "thong bao mo"),
        ("d!eu k!en", "dieu kien"),
        ("N-ap t.i.ề.n", "nap tien"),
        ("2 lần 5 ngày", "2 lan 5 ngay"),
    ],
)
def test_tidy_fold(written: str, read: str) -> None:
    assert fold_tidy(written) == read


def test_squeezed_fold_makes_drawn_letters_one() -> None:
    assert fold_squeezed("QUA_HAN SE KH0NG DUOC") == fold_squeezed("quá hạn sẽ không được")


@pytest.mark.parametrize("fold", [fold_plain, fold_tidy])
def test_hits_lead_back_to_the_original(fold) -> None:  # type: ignore[no-untyped-def]
    text = "Dòng đầu có chữ\nVui lòng đặt  cọc trước 50% nhé\ncuối"
    view = View(text, fold)
    start = view.folded.index("dat coc truoc")
    begin, end = view.span(start, start + len("dat coc truoc"))
    assert text[begin:end] == "đặt  cọc trước"


@given(st.text(max_size=300))
def test_any_text_folds_and_leads_back(text: str) -> None:
    folded = Folded(text)
    for view in (folded.plain, folded.squeezed, folded.tidy):
        if view is None:
            continue
        assert view.folded.isascii()
        assert view.folded.count("\n") == text.count("\n")
        begin, end = view.span(0, len(view.folded))
        assert 0 <= begin <= end <= max(len(text), 1)


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 50))
def test_excerpts_are_one_printable_line(text: str, start: int, length: int) -> None:
    shown = excerpt(text, min(start, len(text)), min(start + length, len(text)))
    assert "\n" not in shown
    assert len(shown) <= 300


def test_printable_drops_bidi_and_escapes() -> None:
    assert printable("a\u202eb\x1b[31mc\n d") == "a b [31mc d"


@pytest.mark.parametrize("piece", ["a ", "a.", "0a", "!|", "đ", "ọ\u0323", "Ж", "\u200b", " \n", "漢"])
def test_time_is_linear_in_hostile_text(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        began = time.process_time()
        for fold in (fold_plain, fold_tidy, fold_squeezed):
            fold(text)
        return time.process_time() - began

    assert seconds(400_000) < 20 * max(seconds(40_000), 0.02)
