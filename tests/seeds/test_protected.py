"""Whom never to report: exact hosts, what lies below them, official endings; never a customer of a shared platform."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds import Protected, ProtectedEntry, SeedDataError, load_brands, load_protected

HEADER = "name,kind,reason,source,confirmed,last_verified\n"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("vietcombank.com.vn", "vietcombank.com.vn"),
        ("www.vietcombank.com.vn", "vietcombank.com.vn"),
        ("VIETCOMBANK.com.vn.", "vietcombank.com.vn"),
        ("a.b.chinhphu.vn", "chinhphu.vn"),
        ("hanoi.gov.vn", ".gov.vn"),
        ("x.hust.edu.vn", ".edu.vn"),
        ("shopee.vn", "shopee.vn"),
        ("vnexpress.net", "vnexpress.net"),
        ("github.io", "github.io"),
        ("www.weebly.com", "weebly.com"),
        ("sites.google.com", "sites.google.com"),
    ],
)
def test_protected_hosts_are_found_with_a_reason(host: str, name: str) -> None:
    match = load_protected().match(host)
    assert match is not None
    assert match.entry.name == name
    assert name in match.reason


@pytest.mark.parametrize(
    "host",
    [
        "shop-a.example",
        "vietcombank.com.vn.shop-a.example",
        "vietcombank-com-vn.example",
        "xvietcombank.com.vn",
        "fake-gov.vn",
        "gov.vn.example",
        "gov.vn",
        "customer.github.io",
        "vietcombank.pages.dev",
        "tuyendung.weebly.com",
        "com.vn",
        "",
        ".",
        "203.0.113.7",
    ],
)
def test_look_alikes_and_customers_of_platforms_are_not_protected(host: str) -> None:
    assert load_protected().match(host) is None


def test_every_official_domain_of_every_brand_is_protected_and_confirmed_no_more_than_the_brand() -> None:
    protected = load_protected()
    for brand in load_brands():
        for host in (*brand.official_domains, *brand.login_hosts):
            assert protected.match(host), f"{brand.id}: {host}"
    for entry in protected.entries:
        assert not entry.confirmed or entry.source.startswith("brands.toml:")


def test_a_closer_name_wins_over_its_parent() -> None:
    parent = ProtectedEntry("a.example", "platform", "parent", "test", False, "")
    root = ProtectedEntry("sites.a.example", "platform_root", "root", "test", False, "")
    protected = Protected((parent, root))
    below, at, beside = (protected.match(host) for host in ("x.sites.a.example", "sites.a.example", "b.a.example"))
    assert at is not None
    assert at.entry is root
    assert beside is not None
    assert beside.entry is parent
    assert below is not None  # the platform's own name above it is protected as a whole
    assert below.entry is parent


def load(folder: Path, *lines: str, header: str = HEADER) -> Protected:
    path = folder / "protected.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines), "utf-8")
    return load_protected(path)


def test_a_list_of_ones_own_is_read(tmp_path: Path) -> None:
    entries = load(tmp_path, "# ghi chú", "", 'a.example,news,"báo, có phẩy",tự xem,yes,2026-11').entries
    assert entries == (ProtectedEntry("a.example", "news", "báo, có phẩy", "tự xem", True, "2026-11"),)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("a.example,news,báo,nguồn", "cells"),
        ("a.example,friend,báo,nguồn,no,", "kind"),
        ("a.example,news,,nguồn,no,", "reason"),
        ("a.example,news,báo,,no,", "source"),
        ("a.example,news,báo,nguồn,maybe,", "yes or no"),
        ("a.example,news,báo,nguồn,yes,", "when"),
        ("a.example,news,báo,nguồn,yes,lately", "when"),
        ("A.example,news,báo,nguồn,no,", "plain form"),
        ("báo.example,news,báo,nguồn,no,", "plain form"),
        ("a.example/x,news,báo,nguồn,no,", "host name"),
        ("example,news,báo,nguồn,no,", "host name"),
        (".a.example,news,báo,nguồn,no,", "dot"),
        ("a.example,suffix,báo,nguồn,no,", "dot"),
        ('a.example,news,"báo,nguồn,no,', "CSV"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(tmp_path: Path, line: str, word: str) -> None:
    with pytest.raises(SeedDataError, match=r"protected\.csv:3: ") as caught:
        load(tmp_path, "good.example,news,báo,nguồn,no,", line)
    assert word in str(caught.value)


def test_all_bad_lines_are_named_at_once(tmp_path: Path) -> None:
    twice = "a.example,news,báo,nguồn,no,"
    with pytest.raises(SeedDataError) as caught:
        load(tmp_path, twice, "b.example,x,y,z,no,", twice)
    assert [line.split(": ")[0].rpartition(":")[2] for line in str(caught.value).split("\n")] == ["3", "4"]


def test_a_wrong_header_or_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedDataError, match="header must be"):
        load(tmp_path, header="name,kind\n")
    with pytest.raises(SeedDataError, match="restore the file"):
        load_protected(tmp_path / "nowhere.csv")


@given(st.text(max_size=300))
def test_any_host_has_an_answer(host: str) -> None:
    match = load_protected().match(host)
    if match is not None:
        name = match.entry.name
        bare = host.lower().rstrip(".")
        assert bare == name or bare.endswith(name if name.startswith(".") else f".{name}")


@given(st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,8})?", fullmatch=True))
def test_a_name_in_front_of_another_registry_entry_protects_nobody(label: str) -> None:
    for entry in load_protected().entries[:40]:
        assert load_protected().match(f"{entry.name.lstrip('.')}.{label}.example") is None
