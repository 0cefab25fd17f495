"""Tokens of programs from the command line."""

import json
from collections.abc import Callable

import pytest

from storage.db import open_engine
from tests.takedown.desk import AN, hire

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def staffed(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    hire(engine, AN)
    engine.dispose()


def test_a_token_is_made_listed_and_revoked(run: Run, staffed: None) -> None:
    code, out, err = run("tokens", "new", "đồng bộ", "--scope", "cases:read", "--days", "7", "--as", "an")
    assert (code, out.startswith("lachan_"), "chỉ hiện lần này" in err) == (0, True, True)
    secret = out.strip()
    code, out, _ = run("tokens", "list", "--json")
    (row,) = json.loads(out)
    assert (row["label"], row["scopes"], row["staff_name"]) == ("đồng bộ", ["cases:read"], "an")
    assert secret.rpartition("_")[2] not in out
    assert "digest" not in row
    assert run("tokens", "revoke", str(row["id"]))[0] == 0
    assert json.loads(run("tokens", "list", "--json")[1]) == []


def test_a_scope_beyond_the_owner_is_refused_with_the_remedy(run: Run, staffed: None) -> None:
    code, out, err = run("tokens", "new", "x", "--scope", "audit:read", "--as", "an")
    assert (code, out) == (2, "")
    assert "không làm được hơn chủ" in err
