"""Whatever bytes come, a reader ends, raises only what it declares, and gives screens nothing that they would obey."""

import dataclasses
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.codings import undo_codings
from crawler.enrichment.bootstrap_json import copy_bytes, parse_copy
from crawler.enrichment.whois_text import tame_text
from crawler.evidence.manifest import compose_manifest, parse_manifest
from crawler.parsing.facts_json import facts_from_json, facts_to_json
from crawler.parsing.page import parse_page
from seeds import Seed, parse_target
from takedown.inert import inert
from tests.fuzz.readers import COPY, NOW, PAGE, READERS, URL, Reader, text

PIECES = (
    *(
        b"\0",
        b"\xff",
        b"\r\n",
        b"\x1b[31m",
        b"\xe2\x80\xae",
        b"\xed\xa0\x80",
        b"\xc2\x85",
        b"<",
        b"<!--",
        b"]]>",
        b'"',
        b"\\u202e",
    ),
    *(
        b"[" * 300,
        b"9" * 30,
        b"-1",
        b"1e999",
        b"null",
        b"{}",
        b"%2e%00",
        "\u0338đ１２７。".encode(),
        b"{{7*7}}",
        b"=?utf-8?q?=0a?=",
    ),
)


@st.composite
def spoilt(draw: st.DrawFn, samples: tuple[bytes, ...]) -> bytes:
    """One of our samples, with pieces cut out, doubled, exchanged or put in; or bytes of no sort at all."""
    data = draw(st.one_of(st.sampled_from(samples), st.binary(max_size=300)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        put = draw(
            st.one_of(st.just(b""), st.sampled_from(PIECES), st.binary(max_size=12), st.just(data[start:end] * 3))
        )
        data = data[:start] + put + data[end:]
    return data


def texts(value: object) -> Iterator[str]:
    """Every text within ``value``."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, (tuple, list)):
        for entry in value:
            yield from texts(entry)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused(reader: Reader, data: st.DataObject) -> None:
    given_bytes = data.draw(spoilt(reader.samples))
    try:
        result = reader.read(given_bytes)
    except reader.declared:
        return
    if reader.shown:
        obeyed = [c for each in texts(result) for c in each if unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
        assert obeyed == []


@given(spoilt((PAGE,)))
@settings(max_examples=60, deadline=None)
def test_facts_come_back_from_their_json(data: bytes) -> None:
    facts = parse_page(data, url=URL, observed_at=NOW)
    assert facts_from_json(facts_to_json(facts)) == facts


@given(st.binary(max_size=400))
def test_a_tamed_answer_stays_as_it_is(data: bytes) -> None:
    tamed = tame_text(data)
    assert tame_text(tamed.encode()) == tamed


@given(st.binary(max_size=400))
def test_what_is_inert_stays_so(data: bytes) -> None:
    shown = inert(text(data))
    assert inert(shown, len(shown)) == shown


@given(st.binary(max_size=200))
def test_a_seed_is_its_own_address(data: bytes) -> None:
    seed = parse_target(text(data))
    if isinstance(seed, Seed):
        again = parse_target(seed.url)
        assert isinstance(again, Seed)
        assert (again.url, again.host, again.domain) == (seed.url, seed.host, seed.domain)


@given(st.dictionaries(st.text("abcxyz", min_size=1, max_size=9), st.binary(min_size=32, max_size=32), max_size=5))
def test_a_manifest_comes_back(files: dict[str, bytes]) -> None:
    digests = {name: digest.hex() for name, digest in files.items()}
    assert parse_manifest(compose_manifest(digests.items())) == digests


def test_a_copy_of_the_bootstrap_comes_back() -> None:
    bootstrap = parse_copy(COPY)
    assert parse_copy(copy_bytes(bootstrap)) == bootstrap


@given(st.binary(max_size=300), st.integers(1, 100))
def test_no_coding_gives_more_than_the_bound(data: bytes, limit: int) -> None:
    for coding in ("gzip", "deflate", "br", "zstd", "gzip, br", "identity"):
        assert len(undo_codings(data, coding, limit).body) <= limit
