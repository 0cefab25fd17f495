"""Every call by every role and with every scope; what nobody may ask; what every answer carries."""

import pytest
from fastapi.routing import APIRoute

from takedown.actor import Role
from takedown.api.app import create_api, document_of
from takedown.api.front import PUBLIC
from takedown.api.scopes import MEANINGS, Scope, scopes_for
from takedown.staff import find_person
from takedown.web.access import routes_of
from takedown.web.desk import Desk
from tests.takedown.api.conftest import Ask

NAMES = ("an", "chi", "dung", "giang", "hoa")


def routes(desk: Desk) -> list[APIRoute]:
    return routes_of(create_api(desk))


def paths(desk: Desk, number: int) -> list[tuple[str, str, APIRoute]]:
    """(method, path, route) with a number and a name put in."""
    found = []
    for route in routes(desk):
        if route.path in PUBLIC:
            continue
        path = route.path.replace("{number}", str(number)).replace("{digest}", "00" * 32)
        path = path.replace("{name}", "nobody").replace("{table}", "weeks")
        found.append((next(iter(route.methods)), path, route))
    return found


def test_every_call_states_who_may_make_it(desk: Desk) -> None:
    silent = [r.path for r in routes(desk) if r.path not in PUBLIC and not hasattr(r, "access")]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_every_call_by_every_role_with_every_scope(desk: Desk, ask: Ask, number: int, name: str) -> None:
    with desk.reading() as session:
        roles = set(find_person(session, name).roles)
    allowed = set(scopes_for(roles))
    full = ask(name)
    single = {scope: ask(name, scope) for scope in allowed}
    for method, path, route in paths(desk, number):
        access, scope = route.access, route.scope  # type: ignore[attr-defined]
        answer = full.request(method, path, json={} if method in {"POST", "PUT"} else None)
        may = access.roles is None or bool(access.roles & roles)
        if scope is not None and scope not in allowed:
            assert not may, f"{path}: {name}'s roles reach it, and no scope of theirs does"
            assert answer.status_code == 403, path
        elif may:
            assert answer.status_code not in {401, 500}, (path, answer.text)
            assert "it takes one who" not in answer.text, path  # a service may say no for reasons of its own
        else:
            assert answer.status_code == 403, path
        for other, client in single.items():
            if scope is not None and other is not scope:
                narrow = client.request(method, path, json={} if method in {"POST", "PUT"} else None)
                assert narrow.status_code == 403, (path, other)
                assert scope.value in narrow.json()["detail"]
                break


def test_every_scope_is_of_use_to_somebody(desk: Desk) -> None:
    used = {route.scope for route in routes(desk) if getattr(route, "scope", None) is not None}  # type: ignore[attr-defined]
    assert used == set(Scope) == set(MEANINGS)


def test_without_a_token_nothing_is_told(desk: Desk, ask: Ask, number: int) -> None:
    client = ask()
    for method, path, _ in paths(desk, number):
        answer = client.request(method, path, json={} if method != "GET" else None)
        assert answer.status_code in {401, 429}, path
        assert "shop-a" not in answer.text


def test_police_see_no_case_and_their_own_requests_alone(desk: Desk, ask: Ask, number: int) -> None:
    police, reviewer = ask("giang"), ask("an")
    key = {"Idempotency-Key": "first-request"}
    made = reviewer.post("/records", json={"document_number": "1/CV"}, headers=key).json()["request"]["id"]
    assert police.get("/cases").status_code == police.get(f"/cases/{number}").status_code == 403
    assert police.get("/records").json()["items"] == []
    assert police.get(f"/records/{made}").status_code == 404
    mine = police.post("/records", json={"document_number": "2/CV"}, headers=key).json()["request"]["id"]
    assert [row["id"] for row in police.get("/records").json()["items"]] == [mine]
    assert police.post(f"/records/{made}/open", json={"reason": "x"}).status_code == 403
    assert Role.POLICE in scopes_owner(Scope.RECORDS_PERSONAL)


def scopes_owner(scope: Scope) -> frozenset[Role]:
    return MEANINGS[scope][2] or frozenset()


def test_every_answer_carries_its_policy(ask: Ask, number: int) -> None:
    client = ask("an")
    for path in ("/cases", f"/cases/{number}", "/nothing", "/docs", "/openapi.json", "/health"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_the_page_of_the_api_shows_every_call_and_asks_nobody(desk: Desk, ask: Ask) -> None:
    client = ask()
    page = client.get("/docs").text
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://desk.example", "")
    assert document_of(create_api(desk))["openapi"].startswith("3.1")
