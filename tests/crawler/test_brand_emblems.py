"""What brands look like is learnt from their own pages alone, kept whole, and what two owners share is nobody's."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.brand_emblems import EmblemFileError, Learnt, emblem_file, load_learnt, save_learnt, with_emblems
from crawler.config import Config
from crawler.detection.facts import Brand, Emblem
from crawler.egress.http import FetchError, HttpAnswer
from crawler.learning_emblems import NotLearntError, learn_emblems
from crawler.parsing.likeness import picture_mark
from crawler.reading.reader import Reader
from takedown.cli.brands import _chosen
from takedown.cli.faults import WrongUsageError
from tests.drawn_logos import as_bytes, draw_logo

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BANK = Brand("nganhang", "bank", "Ngân hàng Mẫu", (), ("nganhang.example", "ebank.example"))
SHOP = Brand("cho", "ecommerce", "Chợ Mẫu", (), ("cho.example",))
LOGO = as_bytes(draw_logo("bank"))
MARK = picture_mark(LOGO, DEFAULT_BOUNDS)
OTHER = picture_mark(as_bytes(draw_logo("star")), DEFAULT_BOUNDS)
PAGE = b"<!doctype html><title>Ngan hang</title><header><img src='https://cdn.example/logo.png'></header><p>Chao"


def learnt(*marks: str) -> Learnt:
    return Learnt(NOW, "https://x.example/", tuple(Emblem("logo", "https://x.example/l.png", mark) for mark in marks))


class Web:
    """Answers from a table; what is not in it refuses to connect."""

    def __init__(self, answers: dict[str, tuple[int, bytes, str]]) -> None:
        self.answers = answers

    async def fetch(self, method: str, url: str, **options: Any) -> HttpAnswer:
        if permit := options.get("permit"):
            await permit(url)
        if url not in self.answers:
            raise FetchError(f"{url}: no answer")
        status, body, final = self.answers[url]
        kind = "image/png" if url.endswith(".png") else "text/html"
        return HttpAnswer(final or url, status, {"content-type": kind}, body)


def learn(answers: dict[str, tuple[int, bytes, str]], brand: Brand = BANK) -> Learnt:
    async def run() -> Learnt:
        reader = Reader()
        try:
            return await learn_emblems(cast(Any, Web(answers)), reader, brand, Config())
        finally:
            await reader.close()

    return asyncio.run(run())


def test_the_logo_of_the_official_page_is_learnt_wherever_it_lies() -> None:
    found = learn({"https://ebank.example/": (200, PAGE, ""), "https://cdn.example/logo.png": (200, LOGO, "")})
    assert found.source == "https://ebank.example/"
    assert found.emblems == (Emblem("logo", "https://cdn.example/logo.png", MARK),)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({}, "no answer"),
        ({"https://nganhang.example/": (200, PAGE, "https://la.example/")}, "not on the brand's list"),
        ({"https://nganhang.example/": (200, PAGE, "http://nganhang.example/")}, "not on the brand's list"),
        ({"https://nganhang.example/": (503, PAGE, "")}, "http_error"),
        ({"https://nganhang.example/": (200, PAGE, "")}, "none could be read"),
        (
            {
                "https://nganhang.example/": (200, PAGE, ""),
                "https://nganhang.example/robots.txt": (200, b"User-agent: *\nDisallow: /", ""),
            },
            "robots.txt disallows",
        ),
    ],
)
def test_what_is_not_the_brands_own_page_teaches_nothing(answers: dict[str, Any], why: str) -> None:
    with pytest.raises(NotLearntError, match=why):
        learn(answers)
    with pytest.raises(NotLearntError, match="no official domain"):
        learn(answers, replace(BANK, domains=()))


def test_what_was_learnt_is_kept_and_read_back(tmp_path: Path) -> None:
    assert load_learnt(tmp_path / "none") == {}
    kept = {"nganhang": learnt(MARK), "cho": learnt(OTHER)}
    save_learnt(tmp_path / "var", kept)
    assert load_learnt(tmp_path / "var") == kept
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["brand-emblems.json"]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"a": 1}', '{"a": {"learnt_at": "2026-01-01", "source": "", "emblems": []}}']
)
def test_a_damaged_file_is_named_with_its_remedy(tmp_path: Path, text: str) -> None:
    emblem_file(tmp_path).write_text(text)
    with pytest.raises(EmblemFileError, match=r"brand-emblems\.json.*lachan brands learn"):
        load_learnt(tmp_path)


def test_a_mark_of_two_owners_is_nobodys() -> None:
    twin = replace(BANK, id="nganhang-so")  # the same owner
    known = {"nganhang": learnt(MARK, OTHER), "nganhang-so": learnt(MARK), "cho": learnt(OTHER)}
    bank, again, shop = with_emblems((BANK, twin, SHOP), known)
    assert (bank.emblems, again.emblems, shop.emblems) == ((MARK,), (MARK,), ())
    assert with_emblems((BANK,), {}) == (BANK,)


def test_brands_are_chosen_by_id_and_only_confirmed_ones_unasked() -> None:
    assert [brand.id for brand in _chosen(["acb", "acb"])] == ["acb"]
    chosen = {brand.id for brand in _chosen([])}
    assert "acb" in chosen
    assert "abbank" not in chosen  # its domain is general knowledge, not yet confirmed
    with pytest.raises(WrongUsageError, match="no brand acbb"):
        _chosen(["acbb"])
