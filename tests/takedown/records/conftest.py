"""An office with keys of its own."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from takedown.records.vault import Vault, add_key
from tests.takedown.records.asking import Office


@pytest.fixture
def office(engine: Engine, artifact_store: ArtifactStore, tmp_path: Path) -> Office:
    """On either database."""
    add_key(tmp_path / "keys")
    return Office(engine, artifact_store, Vault.load(tmp_path / "keys"))
