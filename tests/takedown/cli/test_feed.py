"""`lachan feed ct` triages a log's names, adds them, and ends with the right code."""

from collections.abc import Callable, Iterator

import pytest

from tests.ct_server import CtServer, make_certificate, make_leaf

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
