"""The quick look for over-long tags is never wrong with its «no»; payloads are found by what stands before them."""

import random

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.parsing import guard
from crawler.parsing.guard import tame_markup

PARTS = (
    *("<a ", "<b", ">", '="', '"', "'", "='", '= "', " ", "x" * 7, "=", "\n", "y" * 20, "</a>"),
    *('<div class="q">', "='>'", '=">"', "<script>if (a<b) x='"),
)


def test_the_quick_look_never_misses_a_giant_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "TAG_CHARACTERS", 40)
    chosen = random.Random(3)
    giants = spared = 0
    for _ in range(20_000):
        text = "".join(chosen.choice(PARTS) for _ in range(chosen.randint(1, 40)))
        giant = any(len(tag) > 40 for tag in guard._TAG.findall(text))
        quick = guard._may_hold_giant_tag(text)
        assert quick or not giant, text
        giants += giant
        spared += not quick
    assert giants > 1_000
    assert spared > 1_000


@pytest.mark.parametrize("head", ["data:image/png;base64,", "DATA:image/png;charset=utf-8;BASE64,"])
def test_a_payload_is_taken_out_whatever_its_letters(head: str) -> None:
    tamed = tame_markup(f'<img src="{head}{"A" * 2_000}"><p>64,{"B" * 2_000}</p>', DEFAULT_BOUNDS)
    assert tamed.blobs == ("A" * 2_000,)
    assert f'src="{head}~0"' in tamed.markup
    assert "B" * 2_000 in tamed.markup


def test_payloads_are_numbered_in_their_order_and_what_stands_between_stays() -> None:
    head, first, second = "data:image/png;base64,", "A" * 1_500, "B" * 1_024
    tamed = tame_markup(f"64, 64,{head}{first}; 64,{'C' * 1_023}64,{head}{second}", DEFAULT_BOUNDS)
    assert tamed.markup == f"64, 64,{head}~0; 64,{'C' * 1_023}64,{head}~1"
    assert tamed.blobs == (first, second)
