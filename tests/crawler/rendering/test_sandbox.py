"""As a plain user, whom sweeps are meant for, every process that holds a page is in Chromium's sandbox."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from crawler.rendering.browser import BrowserChoice

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
USER = "65321"  # nobody's
FILTERED = 2  # the mode of seccomp(2) in which a filter decides on every call


def as_plain_user(folder: Path) -> list[str]:
    """What runs a command as a user without rights, but for reading: the programs may lie in root's own folder."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("there is no setpriv here")
    folder.chmod(0o777)
    reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    words = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *reading]
    tried = subprocess.run([*words, sys.executable, "-c", ""], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no plain user here: {tried.stderr.strip()[-200:]}")
    return words


def test_a_plain_users_pages_are_shown_within_the_sandbox(choice: BrowserChoice) -> None:
    with tempfile.TemporaryDirectory(prefix="sandbox-") as name:
        words = [*as_plain_user(Path(name)), sys.executable, "-m", "tests.crawler.rendering.plain_user"]
        env = {**os.environ, "HOME": name, "TMPDIR": name, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=150, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        assert list(Path(name).iterdir()) == []
    told = json.loads(done.stdout)
    assert (told["outcome"], told["user"] != 0) == ("read", True), told["reason"]
    pages = [process for process in told["processes"] if process["type"] == "renderer"]
    assert pages
    assert not any(process["unconfined"] for process in told["processes"])
    own = next(process["depth"] for process in told["processes"] if process["type"] == "browser")
    assert all(process["seccomp"] == FILTERED and process["depth"] > own for process in pages)
