"""The desk on a database with people and a proven case, and clients that are signed in."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from takedown.actor import Actor, Role
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.takedown.desk import AN, BINH, CHI, DUNG, HEAD, NOW, hire, proven_case

PASSWORD = "mot mat khau dai"
GIANG = Actor("giang", frozenset({Role.POLICE}))
HOA = Actor("hoa", frozenset({Role.ADMINISTRATOR}))
SignIn = Callable[[str], TestClient]


@pytest.fixture
def desk(sqlite_engine: Engine, artifact_store: ArtifactStore) -> Desk:
    hire(sqlite_engine, AN, BINH, CHI, DUNG, GIANG, HOA)
    return Desk(sqlite_engine, artifact_store, HEAD, secure=False, clock=lambda: NOW)


@pytest.fixture
def number(desk: Desk) -> int:
    return proven_case(desk.engine, desk.store)


@pytest.fixture
def sign_in(desk: Desk) -> SignIn:
    """Takes a name of the staff; gives a client with their session, or with "" one of nobody."""
    app = create_app(desk)

    def enter(name: str) -> TestClient:
        client = TestClient(app, base_url="http://desk.example", follow_redirects=False)
        if name:
            answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    return enter


def token(client: TestClient, page: str = "/notices") -> str:
    """What a change must bring along, as a page of the session holds it."""
    import re

    found = re.search(r'name="csrf" value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found.group(1)
