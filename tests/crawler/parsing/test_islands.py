"""No markup that a browser shows is passed over: neither by the first look nor by the slower readers."""

from datetime import UTC, datetime

import pytest

from crawler.parsing.firstlook import first_look
from crawler.parsing.islands import seal_islands
from crawler.parsing.page import parse_page
from tests.hostile.answers import WORDS
from tests.hostile.cases.hidden import PHRASE, SHOWN

URL = "https://a.example/"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("markup", SHOWN.values(), ids=SHOWN)
def test_what_is_shown_is_read(markup: str) -> None:
    html = f"<!doctype html><html lang=vi><title>Trang</title>{WORDS}{markup}".encode()
    assert PHRASE in parse_page(html, url=URL, observed_at=NOW).text
    assert PHRASE in first_look(html, url=URL).text


@pytest.mark.parametrize(
    "markup",
    [
        "<template><p>ẩn</p></template>",
        "<template><div><p>ẩn</template>",
        "<noscript><p>ẩn</p></noscript>",
        "<svg><style>.an{}</style></svg>",
        "<script>//<![CDATA[\nif (a < b) an()//]]></script><svg></svg>",
    ],
)
def test_what_is_not_shown_is_not_read(markup: str) -> None:
    text = parse_page(f"<p>Trang</p>{markup}<p>cuối".encode(), url=URL, observed_at=NOW).text
    assert "Trang" in text
    assert "cuối" in text
    assert "ẩn" not in text
    assert "an" not in text.replace("Trang", "")


def test_islands_cost_linear_time_and_little() -> None:
    for piece in ("<svg>", "<noscript><!--", "<svg><![CDATA[", "<template><title>", "<svg></sv", '<svg ="'):
        assert len(seal_islands(piece * 100_000)) > 100_000
