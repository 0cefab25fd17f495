"""The API on a database with people and a proven case, and clients that bring a token."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from storage.artifacts import ArtifactStore
from storage.db import open_engine
from storage.vault import add_key
from takedown.api.scopes import scopes_for
from takedown.api.tokens import make_token
from takedown.staff import find_person
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.takedown.desk import AN, BINH, CHI, DUNG, HEAD, NOW, hire, proven_case
from tests.takedown.web.conftest import GIANG, HOA

ROOT = "/api/v1"
Ask = Callable[..., TestClient]


@pytest.fixture(scope="session")
def staffed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the people in it, to be copied: their passwords take long to seal."""
    path = tmp_path_factory.mktemp("staffed") / "staffed.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    hire(engine, AN, BINH, CHI, DUNG, GIANG, HOA)
    engine.dispose()
    return path


@pytest.fixture
def desk(staffed: Path, artifact_store: ArtifactStore, tmp_path: Path) -> Iterator[Desk]:
    path, key = tmp_path / "desk.sqlite", tmp_path / "records.key"
    shutil.copyfile(staffed, path)
    add_key(key)
    engine = open_engine(f"sqlite:///{path}")
    yield Desk(engine, artifact_store, HEAD, secure=False, clock=lambda: NOW, records_key_file=str(key))
    engine.dispose()


@pytest.fixture
def number(desk: Desk) -> int:
    return proven_case(desk.engine, desk.store)


def secret_of(desk: Desk, name: str, *scopes: str) -> str:
    """A token of the person, with every scope that their roles reach or with the named ones."""
    with desk.writing() as session:
        person = find_person(session, name)
        wanted = scopes or scopes_for(person.roles)
        return make_token(
            session, label="test", scopes=wanted, valid_for=timedelta(days=1), actor=person.actor, now=NOW
        ).secret


@pytest.fixture
def ask(desk: Desk) -> Ask:
    """Takes a name of the staff and scopes; gives a client with a token of theirs, or with "" one of nobody."""
    app = create_app(desk)

    def enter(name: str = "", *scopes: str, **words: Any) -> TestClient:
        headers = {"Authorization": f"Bearer {secret_of(desk, name, *scopes)}"} if name else {}
        client = TestClient(app, base_url=f"http://desk.example{ROOT}", headers=headers, **words)
        client.follow_redirects = False
        return client

    return enter


def tag_of(client: TestClient, path: str) -> dict[str, str]:
    """The header that a change of what is there must bring."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return {"If-Match": answer.headers["etag"]}
