"""Sealing: which files, the recipe, the rows; reading back what was sealed."""

import gzip
import json
import zlib
from dataclasses import replace
from platform import python_version

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from crawler.bounds import Bounds
from crawler.codings import decode_content
from crawler.errors import EvidenceError
from crawler.evidence.manifest import compose_manifest, parse_manifest
from crawler.evidence.read import ReadBack, choose_images, read_back
from crawler.evidence.seal import SealedVisit, record_observation, seal
from crawler.visit import Outcome, TlsChain, Visit
from storage.artifacts import ArtifactStore
from storage.audit import verify_audit
from storage.db import write_session
from storage.errors import ArtifactMissingError
from storage.models import AuditEntry, Observation, ObservationFile
from tests.crawler.evidence.visits import (
    DESKTOP,
    HTML,
    NOW,
    PNG,
    URL,
    browser_visit,
    exchange,
    plain_visit,
    without_captures,
)


def sealed_of(visit: Visit, store: ArtifactStore) -> SealedVisit:
    return seal(visit, store=store, sealed_at=NOW, rule_set="rules-7", audit_head="a" * 64)


def rows_of(sealed: SealedVisit) -> list[ObservationFile]:
    return [
        ObservationFile(
            observation_id=1, name=file.name, digest=file.digest, size=file.size, media_type=file.media_type
        )
        for file in sealed.files
    ]


def back(visit: Visit, store: ArtifactStore, bounds: Bounds | None = None) -> ReadBack:
    return read_back(store, rows_of(sealed_of(visit, store)), bounds or Bounds())


def test_a_rendered_visit_leaves_all_its_files(artifact_store: ArtifactStore) -> None:
    sealed = sealed_of(browser_visit(), artifact_store)
    names = [file.name for file in sealed.files]
    assert names == [
        "dns.json",
        "dom.html",
        "page.mhtml",
        "redirects.json",
        "response.warc.gz",
        "screenshot.jpg",
        "tls-chain.pem",
        "tls.json",
        "visit.json",
    ]
    manifest = parse_manifest(artifact_store.get(sealed.manifest_digest))
    assert manifest == {file.name: file.digest for file in sealed.files}
    for file in sealed.files:
        assert len(artifact_store.get(file.digest)) == file.size
    assert (sealed.timestamp_state, sealed.timestamp_reason) == ("pending", "no authority was asked yet")


def test_only_what_was_captured_is_there_and_the_rest_is_named(artifact_store: ArtifactStore) -> None:
    sealed = sealed_of(plain_visit(), artifact_store)
    assert [file.name for file in sealed.files] == ["response.warc.gz", "visit.json"]
    missing = {entry["what"]: entry["reason"] for entry in sealed.recipe["missing"]}
    assert missing["tls"] == "the connection was reused"
    assert missing["screenshot"] == "a plain fetch renders nothing"
    assert "dns" in missing


def test_the_recipe_tells_how_the_visit_was_made(artifact_store: ArtifactStore) -> None:
    sealed = sealed_of(browser_visit(), artifact_store)
    digest = next(file.digest for file in sealed.files if file.name == "visit.json")
    recipe = json.loads(artifact_store.get(digest))
    assert recipe == sealed.recipe
    assert recipe["vantage"]["locale"] == "vi-VN"
    assert recipe["tools"] == {"python": python_version(), "chromium": "156.0", "lachan": "0.1.0"}
    assert (recipe["rule_set"], recipe["audit_head"], recipe["robots"]) == ("rules-7", "a" * 64, "allowed")
    assert recipe["started_at"] == "2026-11-20T08:30:15.250000Z"


def test_the_same_visit_is_sealed_to_the_same_manifest(artifact_store: ArtifactStore) -> None:
    first, second = (sealed_of(browser_visit(), artifact_store) for _ in range(2))
    assert first.manifest_digest == second.manifest_digest


def test_rows_and_audit_entry(engine: Engine, artifact_store: ArtifactStore) -> None:
    sealed = sealed_of(browser_visit(), artifact_store)
    with write_session(engine) as session:
        row = record_observation(session, sealed, browser_visit(), target_id=None, now=NOW, title="Siêu thị")
        assert (row.host, row.domain, row.vantage) == ("shop-sale.example", "shop-sale.example", "desktop")
        assert row.outcome == "read"
        entry = session.exec(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == ("observation.sealed", f"observation:{row.id}")
        assert entry.detail["manifest"] == sealed.manifest_digest == row.manifest_digest
        assert verify_audit(session).holds
        assert len(session.exec(select(ObservationFile)).all()) == 9


def test_hostile_text_is_sealed_and_recorded(engine: Engine, artifact_store: ArtifactStore) -> None:
    ugly = "\x00\ud800\u202e" + "x" * 5000
    visit = replace(
        browser_visit(), final_url=f"https://a.example/{ugly}", reason=ugly, notes=(ugly,), missing=((ugly, ugly),)
    )
    sealed = sealed_of(visit, artifact_store)
    with write_session(engine) as session:
        number = record_observation(session, sealed, visit, target_id=None, now=NOW).id
        session.commit()
        assert session.get_one(Observation, number).final_url.endswith("…")


def test_a_url_without_a_host_is_no_obstacle(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    visit = Visit("http://[", "", DESKTOP, Outcome.FAILED, NOW, NOW, "not a URL", tls=TlsChain("", error="none"))
    with write_session(sqlite_engine) as session:
        sealed = sealed_of(visit, artifact_store)
        assert record_observation(session, sealed, visit, target_id=None, now=NOW).host == ""


def test_a_rendered_visit_reads_back_as_its_dom(artifact_store: ArtifactStore) -> None:
    read = back(browser_visit(), artifact_store)
    assert b'data-seen="1"' in read.html
    assert (read.url, read.status, read.vantage, read.observed_at) == (URL, 200, "desktop", NOW)
    assert read.content_type == "text/html; charset=utf-8"
    assert read.images == {"https://shop-sale.example/qr.png": PNG}


def test_words_of_the_picture_are_sealed_and_read_back(artifact_store: ArtifactStore) -> None:
    visit = replace(browser_visit(), recognised="XẢ KHO 90%")
    assert "recognised.txt" in {file.name for file in sealed_of(visit, artifact_store).files}
    assert back(visit, artifact_store).recognised == "XẢ KHO 90%"


def test_a_plain_visit_reads_back_as_its_decoded_response(artifact_store: ArtifactStore) -> None:
    assert back(plain_visit(), artifact_store).html == HTML


def test_without_a_dom_the_response_at_the_final_url_is_read(artifact_store: ArtifactStore) -> None:
    frame = exchange("https://frame.example/", body=b"<p>frame</p>", decoded=True)
    visit = without_captures(browser_visit())
    assert back(replace(visit, exchanges=(*visit.exchanges, frame)), artifact_store).html == HTML


def test_a_visit_that_brought_nothing_reads_back_as_nothing(artifact_store: ArtifactStore) -> None:
    dead = Visit("https://dead.example/", "", DESKTOP, Outcome.DNS_FAILED, NOW, NOW, "no such name")
    read = back(dead, artifact_store)
    assert (read.html, read.images) == (b"", {})


def test_what_is_missing_or_unreadable_is_an_error(artifact_store: ArtifactStore) -> None:
    rows = rows_of(sealed_of(browser_visit(), artifact_store))
    with pytest.raises(EvidenceError, match=r"no visit\.json"):
        read_back(artifact_store, [row for row in rows if row.name != "visit.json"])
    broken = artifact_store.put(b"not a gzip")
    with pytest.raises(EvidenceError, match="cannot be read"):
        read_back(artifact_store, [r if r.name != "response.warc.gz" else replaced(r, broken) for r in rows])
    with pytest.raises(ArtifactMissingError):
        read_back(artifact_store, [replaced(row, "0" * 64) for row in rows])
    not_json = artifact_store.put(b"[1]")
    with pytest.raises(EvidenceError, match="not a visit's recipe"):
        read_back(artifact_store, [r if r.name != "visit.json" else replaced(r, not_json) for r in rows])


def replaced(row: ObservationFile, digest: str) -> ObservationFile:
    return ObservationFile(observation_id=1, name=row.name, digest=digest, size=row.size, media_type=row.media_type)


def test_pictures_are_bounded_and_payment_codes_come_first() -> None:
    pictures = [(f"https://a.example/{number}.png", PNG) for number in range(40)]
    pictures += [("https://a.example/huge.png", b"x" * 3_000_000), ("https://a.example/ma-QR.png", PNG)]
    chosen = list(choose_images(pictures, Bounds(images_per_page=5)))
    assert len(chosen) == 5
    assert chosen[0] == "https://a.example/ma-QR.png"


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "", "identity", "GZIP"])
def test_each_coding_is_undone(coding: str) -> None:
    packed = {"br": brotli.compress, "zstd": zstd.compress, "deflate": zlib.compress, "": bytes, "identity": bytes}
    assert decode_content(packed.get(coding, gzip.compress)(HTML), coding, 1_000_000) == HTML


def test_bare_deflate_and_layers_are_undone() -> None:
    assert decode_content(zlib.compress(HTML, wbits=-15), "deflate", 1_000_000) == HTML
    assert decode_content(brotli.compress(gzip.compress(HTML)), "gzip, br", 1_000_000) == HTML


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, brotli.compress, zstd.compress])
def test_a_bomb_stops_at_the_bound(pack) -> None:  # type: ignore[no-untyped-def]
    coding = {gzip.compress: "gzip", zlib.compress: "deflate", brotli.compress: "br", zstd.compress: "zstd"}[pack]
    assert decode_content(pack(bytes(50_000_000)), coding, 100_000) == bytes(100_000)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@given(body=st.binary(max_size=200))
def test_any_bytes_give_bytes(coding: str, body: bytes) -> None:
    assert isinstance(decode_content(body, coding, 1000), bytes)


def test_what_ends_early_gives_what_there_is() -> None:
    text = bytes(range(256)) * 400
    for pack, coding in ((gzip.compress, "gzip"), (zlib.compress, "deflate")):
        part = decode_content(pack(text)[:-30], coding, 1_000_000)
        assert part
        assert text.startswith(part)


@pytest.mark.parametrize("coding", ["rot13", "gzip, foo", "gzip, gzip, gzip, gzip", "\u0001", ","])
def test_a_coding_that_nobody_reads_leaves_the_bytes_as_they_came(artifact_store: ArtifactStore, coding: str) -> None:
    odd = exchange(URL, headers=(("Content-Encoding", coding),), body=HTML)
    picture = exchange(f"{URL}.png", headers=(("Content-Encoding", coding),), body=PNG, resource="image")
    read = back(replace(plain_visit(), final_url=URL, exchanges=(odd, picture)), artifact_store)
    assert read.html == HTML
    assert list(read.images.values()) == [PNG]


DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)
NAME = st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True)


@given(st.dictionaries(NAME, DIGEST, max_size=12))
def test_a_manifest_reads_back(files: dict[str, str]) -> None:
    assert parse_manifest(compose_manifest(files.items())) == files


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        b"0" * 64 + b" visit.json\n",
        b"0" * 64 + b"  visit.json",
        b"0" * 64 + b"  ../visit.json\n",
        b"0" * 64 + b"  b\n" + b"0" * 64 + b"  a\n",
        (b"0" * 64 + b"  a\n") * 2,
        b"0" * 64 + b"  a\r\n",
        b"\xff" * 80,
    ],
)
def test_anything_else_is_no_manifest(data: bytes) -> None:
    with pytest.raises(EvidenceError, match=r"manifest\.sha256"):
        parse_manifest(data)
