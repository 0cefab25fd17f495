"""`lachan feed ct` triages a log's names, adds them, and ends with the right code."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlmodel import select

from crawler.config import Config
from storage.artifacts import ArtifactStore
from storage.db import open_engine, read_session
from storage.models import DomainRecord, LogSighting
from takedown.records.held import read_held
from takedown.records.requests import Item
from takedown.records.subjects import read_subjects
from tests.ct_server import LOGGED_AT, CtServer, make_certificate, make_leaf

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[CtServer]:
    names = ("ok.example", "vietcombank-login.com", "*.momo-nhanqua.xyz", "vietcombank.com.vn")
    with CtServer([make_leaf(make_certificate(name)) for name in names]) as running:
        monkeypatch.setenv("LACHAN_EGRESS_ALLOW", running.address)
        monkeypatch.setenv("LACHAN_EGRESS_PORTS", running.address.split(":")[1])
        yield running


def test_the_names_of_new_certificates_are_triaged_once(run: Run, server: CtServer) -> None:
    code, out, err = run("feed", "ct", server.url, "--add")
    assert code == 0
    assert [line.split()[3] for line in out.splitlines()] == ["vietcombank-login.com", "momo-nhanqua.xyz"]
    assert "4 tên" in err
    assert "2 mới" in err
    assert run("feed", "ct", server.url)[1] == ""


def test_the_first_sight_is_a_fact_with_its_entry(
    run: Run, server: CtServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_EGRESS_MAP", "*.vietcombank-login.com=127.0.0.1:9,vietcombank-login.com=127.0.0.1:9")
    monkeypatch.setenv("LACHAN_RDAP_BASE", "http://127.0.0.1:9")
    monkeypatch.setenv("LACHAN_WHOIS_SERVER", "127.0.0.1:9")
    run("feed", "ct", server.url, "--add")
    server.leaves.append(make_leaf(make_certificate("www.vietcombank-login.com")))
    run("feed", "ct", server.url, "--add")  # a later entry about the same domain
    found = json.loads(run("whois", "vietcombank-login.com", "--json")[1])
    (said,) = [entry for entry in found["statements"] if entry["field"] == "logged_at"]
    assert (said["source"], said["service"]) == (f"ct:{server.url}#1", "certificate_log")
    assert datetime.fromisoformat(said["value"]) == LOGGED_AT
    assert "certificate_log" in found["raw"]
    engine = open_engine(sqlite_url)
    with read_session(engine) as session:
        row = session.exec(select(DomainRecord)).one()
        (item,) = read_subjects("vietcombank-login.com").subjects
        held = read_held(session, (Item(1, item),))[1]
        assert {row.domain for row in session.exec(select(LogSighting))} == {
            "vietcombank-login.com",
            "momo-nhanqua.xyz",
        }
    engine.dispose()
    assert ArtifactStore.open(Config().artifacts).get(row.raw["certificate_log"]) == server.leaves[1]
    assert "Lần đầu trong nhật ký chứng thư" in {fact.label for fact in held.facts}


def test_a_fault_half_way_is_said_after_what_was_found(run: Run, server: CtServer) -> None:
    server.claimed = 9
    code, out, err = run("feed", "ct", server.url, "--from", "0")
    assert code == 1
    assert "momo-nhanqua.xyz" in out
    assert "gives no entries" in err


def test_a_log_that_is_not_there_is_broken_in_one_message(run: Run, server: CtServer) -> None:
    code, _, err = run("feed", "ct", f"http://{server.address}/nothing")
    assert code == 3
    assert "HTTP 404" in err
