"""Marketplaces, groups and app stores: nearly-data files whose every key is checked."""

from pathlib import Path

import pytest

from seeds import SeedDataError, load_apps, load_brands, load_groups, load_marketplaces
from seeds.platforms import Marketplace, load_entry

SHOP = """id = "cho"
name = "Chợ Mẫu"
base_url = "https://cho.example/"
search_url = "https://cho.example/tim?q={query}"
"""
TOPICS = '[topics]\nfake_shop = ["xả kho"]\n'


def test_the_files_that_ship_are_valid() -> None:
    assert {"shopee", "lazada", "tiki", "sendo", "chotot", "tiktok_shop"} <= {shop.id for shop in load_marketplaces()}
    assert {"telegram", "facebook", "zalo"} <= {group.platform for group in load_groups()}
    assert {"google_play", "app_store"} <= {store.id for store in load_apps()}


def test_no_group_is_named_and_nothing_behind_a_sign_in_is_read() -> None:
    for group in load_groups():
        assert group.public_only
        assert not group.page_url or "{name}" in group.page_url


def test_what_was_not_tried_on_the_live_site_says_so() -> None:
    for entry in (*load_marketplaces(), *load_groups(), *load_apps()):
        assert entry.confirmed or entry.note


def test_the_kinds_of_brand_that_stores_are_searched_for_exist() -> None:
    types = {brand.type for brand in load_brands()}
    for store in load_apps():
        assert set(store.brand_types) <= types


def write(folder: Path, text: str, name: str = "cho.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    shop = load_entry(write(tmp_path, SHOP + "pages_per_query = 3\n" + TOPICS), Marketplace)
    assert (shop.id, shop.pages_per_query, shop.topics) == ("cho", 3, {"fake_shop": ["xả kho"]})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (SHOP, "topics"),
        (SHOP + "[topics]\n", "topics"),
        (SHOP + '[topics]\nfake_shop = "xả kho"\n', "topics"),
        (SHOP + '[topics]\nfake_shop = [" "]\n', "topics"),
        (SHOP + "[topics]\nfake_shop = []\n", "topics"),
        (SHOP + 'needs_browser = "no"\n' + TOPICS, "needs_browser"),
        (SHOP + "pages_per_query = 0\n" + TOPICS, "pages_per_query"),
        (SHOP + "pages_per_query = 1000\n" + TOPICS, "pages_per_query"),
        (SHOP + "pages_per_query = true\n" + TOPICS, "pages_per_query"),
        (SHOP + 'colour = "red"\n' + TOPICS, "colour"),
        (SHOP.replace("{query}", "") + TOPICS, "{query}"),
        (SHOP.replace("https://cho.example/tim", "ftp://cho.example/tim") + TOPICS, "search_url"),
        (SHOP.replace('"cho"', '"khac"') + TOPICS, "id"),
        (SHOP.replace('"cho"', "1") + TOPICS, "id"),
        ("x = " + "[" * 5000, "correct"),
        ("id = ", "correct"),
    ],
)
def test_a_bad_file_is_named_with_its_remedy(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(SeedDataError, match=r"cho\.toml") as caught:
        load_entry(write(tmp_path, text), Marketplace)
    assert word in str(caught.value)
