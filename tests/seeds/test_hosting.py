"""Hosts under a shared ending are ascribed to the platform that runs them; faults name file and remedy."""

import tomllib
from pathlib import Path

import pytest

from seeds import SeedDataError, load_hosting

TABLE = '[a]\nname = "A"\nkind = "blog"\nendings = ["a.example"]\n'


@pytest.mark.parametrize(
    ("host", "platform"),
    [
        ("qua-tang.weebly.com", "weebly"),
        ("x.y.pages.dev", "cloudflare_pages"),
        ("shop.github.io", "github_pages"),
        ("weebly.com", "weebly"),
        ("weebly.com.evil.example", None),
        ("notweebly.com", None),
        ("storage.googleapis.com", "google_storage"),
        ("203.0.113.7", None),
    ],
)
def test_the_longest_ending_decides(host: str, platform: str | None) -> None:
    found = load_hosting().match(host)
    assert (found.id if found else None) == platform


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a", "a"),
        ('[a]\nname = "A"\nkind = "blog"\n', "must hold"),
        ('[a]\nname = "A"\nkind = "boat"\nendings = ["a.example"]\n', "boat"),
        ('[a]\nname = "A"\nkind = "blog"\nendings = [".a.example"]\n', "[a]"),
        (TABLE + TABLE.replace("[a]", "[b]"), "keep one"),
    ],
)  # fmt: skip
def test_a_fault_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "hosting.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SeedDataError) as caught:
        load_hosting(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_whoever_gives_strangers_a_page_can_be_told_of_it() -> None:
    """The scores' list of such places and this one of who runs them are read by packages that may not share a file."""
    lexicon = tomllib.loads((Path(__file__).parents[2] / "crawler/detection/lexicons/hosting.toml").read_text("utf-8"))
    places = [*lexicon["platforms"], *lexicon["by_path"]]
    nobody = {"my.id"}  # a registry's own second level: registrars answer for it
    assert {place for place in places if load_hosting().match(place) is None} == nobody
