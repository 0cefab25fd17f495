"""Third-party judges and a local time-stamp authority for the evidence tests."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.timestamp_authority import TimestampAuthority

JUDGES = Path(__file__).parents[3] / ".venv-replay" / "bin"

Judge = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def judge_tool() -> Judge:
    """Runs a tool that a third party would use, in ``cwd``; skips where it is not installed."""

    def run(tool: str, *words: object, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        path = JUDGES / tool if (JUDGES / tool).exists() else shutil.which(tool)
        if path is None:
            pytest.skip(f"{tool} is installed neither in {JUDGES} nor on the path")
        return subprocess.run(
            [str(path), *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimestampAuthority:
    """Certificates and a signer; ``authority.post`` stands in for the network."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return TimestampAuthority(tmp_path_factory.mktemp("authority"))
