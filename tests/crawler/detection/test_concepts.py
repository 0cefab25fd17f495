"""Concepts are told by their meaning: other words, other spelling, other order; never where they are refused."""

import pytest

from crawler.detection import concepts
from crawler.detection.concepts import Sentences
from crawler.detection.errors import LexiconError


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("pay_to_be_paid", "Anh chị nộp 2% phí hồ sơ trước khi tiền được chuyển về tài khoản."),
        ("pay_to_be_paid", "Để kích hoạt mã thì đóng 199k nha, lương đầu em gửi lại."),
        ("pay_to_be_paid", "Dong phi bao hiem, tien se ve sau 5p de nhan tien ngay."),
        ("money_before_goods", "ck truoc 50% tien be, con lai ck khi xe toi"),
        ("prepaid_task", "Phụ huynh thanh toán đơn hàng mẫu, công ty hoàn lại gốc và 20%."),
        ("safe_account", "Đương sự chuyển hết tiền vào tài khoản của cơ quan điều tra."),
        ("officer_on_chat", "Kết bạn Zalo đồng chí Thành để được hướng dẫn."),
        ("frozen_payout", "Lệnh rút của bạn bị đóng băng do thao tác sai lệnh."),
        ("code_to_staff", "Quý khách đọc mã OTP cho nhân viên."),
    ],
)
def test_what_is_meant_is_found(concept: str, text: str) -> None:
    sense = Sentences(text).find(concept)
    assert sense is not None
    assert sense.words.split()[0].lower() in text.lower()


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("pay_to_be_paid", "Khách hàng không phải nộp phí trước khi giải ngân."),
        ("pay_to_be_paid", "Cảnh báo: ai bảo đóng phí trước khi tiền được giải ngân là lừa đảo."),
        ("pay_to_be_paid", "Đặt cọc 30%, hủy trước 24 giờ thì hoàn lại tiền."),
        ("money_before_goods", "Giao hàng toàn quốc, thanh toán khi nhận hàng."),
        ("safe_account", "Cơ quan điều tra không bao giờ yêu cầu chuyển tiền vào tài khoản để xác minh."),
        ("code_to_staff", "Tuyệt đối không đọc mã OTP cho nhân viên."),
    ],
)
def test_refusals_and_honest_terms_are_spared(concept: str, text: str) -> None:
    assert Sentences(text).find(concept) is None


def test_parts_in_different_paragraphs_are_no_statement() -> None:
    assert Sentences("Chuyển khoản trước giúp shop\nCòn lại là chuyện khác").find("money_before_goods") is None


def test_cues_count_where_they_stand_together() -> None:
    cues = ["Ai cũng làm được.", "Mỗi ngày 2 tiếng.", "Trả lương cuối ngày."]
    assert Sentences(" ".join(cues)).find("job_cues") is not None
    apart = "\n".join(f"{cue}\n" + "Chuyện khác của ngày hôm qua.\n" * 120 for cue in cues)
    assert Sentences(apart).find("job_cues") is None


def test_cues_are_quoted_as_a_visitor_reads_them() -> None:
    shop = "Điện máy GIÁ GỐC tận kho, hàng thanh lý hải quan.\nQuý khách cọc 30% giữ máy, chốt đơn qua Zalo."
    sense = Sentences(shop).find("shop_cues")
    assert sense is not None
    assert set(sense.words.split("; ")) == {"GIÁ GỐC", "thanh lý", "cọc 30%", "qua Zalo"}


def test_cues_in_shorthand_are_quoted_with_their_line() -> None:
    shop = "Điện máy giá gốc tận kho, hàng thanh lý hải quan.\nKhách iu ck cọc 30% ms giữ máy, chốt đơn qua zl nha"
    sense = Sentences(shop).find("shop_cues")
    assert sense is not None
    assert all(words in shop for words in sense.words.split("; "))


def test_a_broken_file_is_named(tmp_path, monkeypatch) -> None:
    path = tmp_path / "concepts.toml"
    path.write_text('refusal = ["x"]\n[shorthand]\n[concept.a]\nwhere = "nowhere"\nparts.a = ["b"]\n', encoding="utf-8")
    monkeypatch.setattr(concepts, "CONCEPTS", path)
    concepts._load.cache_clear()
    with pytest.raises(LexiconError, match=r"concepts\.toml: a: give"):
        Sentences("x")
    concepts._load.cache_clear()


def test_every_pattern_is_linear() -> None:
    """Bounded repeats only: no star or plus, which alone could cost the square."""
    for concept in concepts._load().concepts.values():
        parts = (part.pattern for part in concept.parts.values())
        for pattern in (*parts, *([concept.not_with] if concept.not_with else [])):
            assert not any(sign in pattern.pattern.replace("\\+", "") for sign in ("*", "+")), concept.name
