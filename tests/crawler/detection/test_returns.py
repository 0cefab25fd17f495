"""What return is impossible, and what is a price that moved or a bank's rate."""

from datetime import UTC, datetime

import pytest

from crawler.detection.facts import PageFacts
from crawler.detection.reading import PageReading
from crawler.detection.rules.money.quick_returns import quick_returns

SEEN = datetime(2026, 11, 1, tzinfo=UTC)


def states(text: str) -> bool:
    facts = PageFacts("https://mau.example/", SEEN, text=f"Nhà đầu tư nạp tiền vào quỹ đầu tư, rút tiền.\n{text}")
    return quick_returns.look(PageReading(facts)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Lãi 2% mỗi ngày",
        "lãi ngày 2,8% cam kết",
        "Lợi nhuận hàng tuần: 15%",
        "Daily ROI 3.5%",
        "20% interest for 7 days",
        "150% after 24 hours",
        "10%/tháng",
    ],
)
def test_impossible(text: str) -> None:
    assert states(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lãi suất 0,5%/tháng",
        "Lãi suất 7%/năm",
        "5% trong 90 ngày",
        "Bitcoin tăng 3% trong 24 giờ",
        "BTC +2,1% in 24 hours",
        "Phí chậm trả 0,05%/ngày",
        "Giảm 20% mỗi thứ hai",
    ],
)
def test_possible(text: str) -> None:
    assert not states(text)
