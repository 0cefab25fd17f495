"""Lines of a page's text: every kind of white space is one space, and nothing else is touched."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.document import block_lines

SPACES = [character for character in map(chr, range(sys.maxunicode + 1)) if character.isspace()]


@given(st.text(st.sampled_from([*SPACES, "a", "ộ", "\u0323", "\u200b"]), max_size=60))
def test_white_space_is_what_python_takes_for_it(text: str) -> None:
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n")]
    assert block_lines(text) == [line for line in lines if line]


def test_every_white_space_is_known() -> None:
    assert block_lines("x" + "x".join(space for space in SPACES if space != "\n") + "x") == [
        " ".join("x" * len(SPACES))
    ]
