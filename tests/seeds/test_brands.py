"""The brands to protect: the file that ships, and the faults of one that somebody edited."""

import re
from collections import Counter
from pathlib import Path

import pytest

from seeds import ProtectedBrand, SeedDataError, load_brands

BRAND = """
[[brand]]
id = "{id}"
type = "bank"
name_vi = "Ngân hàng Mẫu"
domain_confirmed = false
domain_source = "G"
"""


def test_the_list_that_ships_is_whole() -> None:
    brands = load_brands()
    assert len(brands) >= 176
    assert len({brand.id for brand in brands}) == len(brands)
    assert {"bank", "ewallet", "government", "ecommerce", "telecom"} <= {brand.type for brand in brands}
    assert all(brand.name_vi for brand in brands)


def test_only_what_was_seen_in_a_source_is_confirmed() -> None:
    for brand in load_brands():
        assert brand.domain_source
        assert not brand.domain_confirmed or brand.domain_source.startswith("S")
        assert not brand.domain_confirmed or brand.official_domains


def test_bank_numbers_are_six_digits_and_only_a_successor_shares_one() -> None:
    bins = Counter(brand.napas_bin for brand in load_brands() if brand.napas_bin)
    assert len(bins) > 40
    assert {number for number, uses in bins.items() if uses > 1} == {"970406"}  # DongA Bank became Vikki
    assert all(re.fullmatch(r"\d{6}", number) for number in bins)


def load(folder: Path, text: str) -> tuple[ProtectedBrand, ...]:
    path = folder / "brands.toml"
    path.write_text(text, "utf-8")
    return load_brands(path)


def test_a_brand_of_ones_own_is_read(tmp_path: Path) -> None:
    (brand,) = load(tmp_path, BRAND.format(id="mau") + 'official_domains = ["mau.example"]\nnapas_bin = "970000"\n')
    assert brand.official_domains == ("mau.example",)
    assert brand.napas_bin == "970000"
    assert brand.swift == ""


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('short_names = "AB"', "short_names"),
        ("napas_bin = 970000", "napas_bin"),
        ('colour = "red"', "colour"),
        ('official_domains = ["https://mau.example/"]', "mau.example"),
        ('official_domains = ["MAU.example"]', "mau.example"),
        ('login_hosts = ["mau"]', "mau"),
        ("notes = [1]", "notes"),
    ],
)
def test_a_bad_value_names_file_brand_and_remedy(tmp_path: Path, line: str, word: str) -> None:
    with pytest.raises(SeedDataError, match=r"brands\.toml: brand 2 \(hai\)") as caught:
        load(tmp_path, BRAND.format(id="mot") + BRAND.format(id="hai") + line + "\n")
    assert word in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", "[[brand]\n", "brand = 1\n", "brand = [1]\n", "x = " + "[" * 5000, '[[brand]]\nid = "a"\n'],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(SeedDataError, match=r"brands\.toml"):
        load(tmp_path, text)


def test_an_id_that_is_taken_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedDataError, match="taken"):
        load(tmp_path, BRAND.format(id="mot") * 2)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "brands.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeedDataError, match=r"brands\.toml"):
        load_brands(path)
