"""A data folder that may only be read: what it holds is listed and verified, and what would write says so."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.config import Config
from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine
from tests.takedown.cli.test_evidence import seal_case

Lachan = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def lachan(tmp_path: Path) -> Lachan:
    """Runs a command on a copy of a data folder, in a mount namespace where that copy is read-only."""
    kept, copy = tmp_path / "kept", tmp_path / "copy"
    config = Config(data_dir=kept)
    engine = open_engine(config.database)
    migrate(engine)
    seal_case(config.database, ArtifactStore.open(config.artifacts), config.witness_file)
    engine.dispose()
    shutil.copytree(kept, copy)
    (copy / "lachan.sqlite-wal").touch()  # as a process leaves it that was killed, or a copy that took all there was
    words = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "sh", "-ec"]
    script = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@"'
    if shutil.which("unshare") is None or subprocess.run([*words, script, copy, "true"], check=False).returncode:
        pytest.skip("no mount namespaces here")

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "LACHAN_DATA_DIR": str(copy), "LACHAN_LANGUAGE": "en"}
        program = [*words, script, copy, sys.executable, "-m", "takedown.cli", *command]
        return subprocess.run(program, capture_output=True, text=True, env=environment, timeout=120, check=False)

    return run


def test_a_copy_is_read_and_verified_and_not_written(lachan: Lachan) -> None:
    verified = lachan("evidence", "verify")
    assert (verified.returncode, "Checked 1 visits" in verified.stdout) == (0, True), verified.stderr
    listed = lachan("cases")
    assert (listed.returncode, "b.example" in listed.stdout) == (0, True), listed.stderr
    swept = lachan("sweep", "c.example", "--en")
    assert (swept.returncode, "copy the folder" in swept.stdout) == (3, True), swept.stderr + swept.stdout
