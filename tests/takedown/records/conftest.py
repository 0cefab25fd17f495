"""An office with keys of its own."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from storage.vault import Vault, add_key
from tests.takedown.records.asking import Office


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    add_key(tmp_path / "keys")
    return Vault.load(tmp_path / "keys")


@pytest.fixture
def office(engine: Engine, artifact_store: ArtifactStore, vault: Vault) -> Office:
    """On either database."""
    return Office(engine, artifact_store, vault)


@pytest.fixture
def quick_office(sqlite_engine: Engine, artifact_store: ArtifactStore, vault: Vault) -> Office:
    """On SQLite alone: for tests that draw letters, which takes longer than the database does."""
    return Office(sqlite_engine, artifact_store, vault)
