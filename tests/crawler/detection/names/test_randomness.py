"""Names that programs make, and honest ones that are hard to say."""

import pytest

from crawler.detection.names.randomness import is_random


@pytest.mark.parametrize("label", ["qdlgxvmfcz", "tyejxxkzxtrscv", "wkvytxcg8", "8jkxzybcq", "kjhk-xvqzt"])
def test_letters_thrown_together_are_random(label: str) -> None:
    assert is_random(label)


@pytest.mark.parametrize(
    "label",
    [
        "nghienthuochuyenquynh", "thuexetulai24h", "ktxdhqghcm", "vhnthcm", "bvdktphcm", "luutruvn", "bhxhtphcm",
        "vietcombank", "hsbc", "wyborcza", "hdbank", "xn--qxkzjvwb", "", "1234567890", "qxz",
    ],
)  # fmt: skip
def test_what_somebody_says_or_abbreviates_is_not(label: str) -> None:
    assert not is_random(label)
