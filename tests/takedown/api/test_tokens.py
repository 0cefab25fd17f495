"""The life of a token: random, shown once, no more than its owner, and ended with their rights."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.db import read_session, write_session
from storage.models import ApiToken, AuditEntry
from takedown.actor import Actor, Role
from takedown.api.tokens import MAX_TOKENS, find_caller, make_token, revoke_token, tokens_of
from takedown.errors import StaffError, TokenMissingError
from takedown.staff import set_active, set_password, set_roles
from takedown.web.desk import Desk
from tests.takedown.api.conftest import Ask, secret_of
from tests.takedown.desk import AN, BINH, CHI, NOW, hire
from tests.takedown.web.conftest import HOA


def test_the_secret_is_kept_nowhere(engine: Engine) -> None:
    hire(engine, AN)
    with write_session(engine) as session:
        made = make_token(session, label="sổ", scopes=["cases:read"], actor=AN, now=NOW)
        session.commit()
    assert re.fullmatch(r"lachan_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", made.secret)
    with read_session(engine) as session:
        row = session.exec(select(ApiToken)).one()
        told = str([entry.detail for entry in session.exec(select(AuditEntry))])
        assert made.secret.split("_", 2)[2] not in str(row.model_dump()) + told
        found = find_caller(session, made.secret, now=NOW)
        assert found is not None
        assert (found.person.actor, found.scopes) == (AN, {"cases:read"})


@pytest.mark.parametrize("spoil", ["last letter", "empty", "long"])
def test_a_wrong_token_opens_nothing(ask: Ask, spoil: str) -> None:
    client = ask("an")
    good = client.headers["authorization"]
    other = "A" if good[-1] != "A" else "B"
    wrong = {"last letter": good[:-1] + other, "empty": "Bearer ", "long": "Bearer " + "x" * 9999}
    assert client.get("/cases").status_code == 200
    client.headers["authorization"] = wrong[spoil]
    answer = client.get("/cases")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("what", ["password", "roles", "block", "revoke", "expiry"])
def test_a_token_ends_with_its_owners_rights(desk: Desk, ask: Ask, what: str) -> None:
    client = ask("an")
    assert client.get("/me").json()["roles"] == ["reviewer"]
    with desk.writing() as session:
        if what == "password":
            set_password(session, name="an", password="mot mat khau moi", actor=AN, now=NOW)
        elif what == "roles":
            set_roles(session, name="an", roles=["auditor"], actor=HOA, now=NOW)
        elif what == "block":
            set_active(session, name="an", active=False, actor=HOA, now=NOW)
        elif what == "revoke":
            revoke_token(session, 1, actor=AN, now=NOW)
        else:
            session.get_one(ApiToken, 1).expires_at = NOW
    assert client.get("/me").status_code == 401
    with desk.reading() as session:
        assert tokens_of(session, "an", now=NOW) == ()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"scopes": ["audit:read"]}, "no more than its owner"),
        ({"scopes": ["cases:write"]}, "unknown scope cases:write"),
        ({"scopes": []}, "unknown scope"),
        ({"label": " "}, "needs a name"),
        ({"valid_for": timedelta(days=4000)}, "366 days"),
        ({"actor": Actor("nobody", frozenset(Role))}, "no person"),
    ],
)
def test_a_token_that_should_not_be_is_not_made(desk: Desk, words: dict[str, object], fault: str) -> None:
    good = {"label": "sổ", "scopes": ["cases:read"], "actor": AN, "now": NOW}
    with desk.writing() as session, pytest.raises(StaffError, match=fault):
        make_token(session, **{**good, **words})  # type: ignore[arg-type]


def test_nobody_revokes_anothers_but_an_administrator(desk: Desk) -> None:
    secret_of(desk, "an")
    with desk.writing() as session:
        with pytest.raises(TokenMissingError):
            revoke_token(session, 1, actor=BINH, now=NOW)
        revoke_token(session, 1, actor=HOA, now=NOW)
        told = session.exec(select(AuditEntry).where(AuditEntry.action == "token.revoked")).one()
        assert (told.actor, told.subject, told.detail["owner"]) == ("hoa", "token 1", "an")


def test_a_person_has_so_many_and_no_more(desk: Desk) -> None:
    for _ in range(MAX_TOKENS):
        secret_of(desk, "chi")
    with desk.writing() as session, pytest.raises(StaffError, match="revoke one"):
        make_token(session, label="x", scopes=["cases:read"], actor=CHI, now=NOW)


def test_wrong_tokens_cost_waiting_and_a_right_one_does_not(ask: Ask) -> None:
    stranger, client = ask(), ask("an")
    seen = {stranger.get("/cases", headers={"Authorization": f"Bearer {place}"}).status_code for place in range(25)}
    assert seen == {401, 429}
    late = stranger.get("/cases", headers={"Authorization": "Bearer x"})
    assert int(late.headers["retry-after"]) > 0
    assert client.get("/cases").status_code == 200


def test_use_is_noted_with_where_it_came_from(desk: Desk, ask: Ask) -> None:
    ask("an").get("/me")
    with desk.reading() as session:
        row = session.exec(select(ApiToken)).one()
        assert (row.used_at, row.used_from) == (NOW, "testclient")


def test_a_cookie_opens_nothing(ask: Ask) -> None:
    client = ask()
    client.post("http://desk.example/sign-in", data={"name": "an", "password": "mot mat khau dai"})
    assert client.cookies
    assert client.get("/cases").status_code == 401
