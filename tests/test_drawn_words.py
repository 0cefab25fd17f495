"""A fraud whose words are all in one picture, through the real browser and the real reader."""

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from crawler.errors import CrawlerError
from crawler.ocr import known_languages
from crawler.rendering.browser import find_browser
from tests.site.server import LocalWeb
from tests.test_sweep import lachan, plain

HOST = "kho-hang-xa.example"
LINES = (
    "Xa kho thanh ly giam gia 90%",
    "Gia goc 1.990.000d chi con 99.000d",
    "Dat coc truoc 50%, chuyen khoan truoc",
    "STK 0123456789 Vietcombank",
    "Chu tai khoan NGUYEN VAN A",
    "Lien he Zalo 0905123456",
)


def poster() -> str:
    """The lines as a JPEG, as a data URL."""
    picture = Image.new("RGB", (412, 60 + 44 * len(LINES)), "#fff4d6")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(LINES):
        pen.text((14, 24 + 44 * number), line, fill="#8a0b0b", font=ImageFont.load_default(19))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.mark.browser
def test_a_page_that_is_one_picture_is_read_sealed_and_scored_anew_from_evidence(tmp_path: Path) -> None:
    if known_languages()[1]:
        pytest.skip(known_languages()[1])
    try:
        find_browser("auto")
    except CrawlerError as error:
        pytest.skip(f"no browser: {error}")
    page = f"<!doctype html><title>Kho</title><body style=margin:0><img width=412 src='{poster()}'></body>"
    with LocalWeb.from_pages({HOST: page.encode()}) as web:
        environment = plain(web, tmp_path, LACHAN_BROWSER="auto", LACHAN_CASE_LEVEL="watch")
        swept = lachan(environment, "sweep", *web.targets, "--json")
    assert swept.returncode == 0, swept.stderr
    case = json.loads(lachan(environment, "case", "1", "--json").stdout)
    assert "wording" in {signal["family"] for signal in case["score"]["signals"]}
    assert "recognised.txt" in json.dumps(case)
    assert json.loads(lachan(environment, "rescore", "--json").stdout)["changes"] == []
    assert lachan(environment, "evidence", "verify").returncode == 0
