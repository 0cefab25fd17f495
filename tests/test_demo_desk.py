"""The demo ends with a desk: its people can sign in, and Ctrl-C ends it like a wish, not like a fault."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest
from sqlalchemy import Engine

from storage.db import write_session
from takedown.staff import SignInState, sign_in
from tests.site import desk
from tests.takedown.desk import NOW

ROOT = Path(__file__).parents[1]


def test_everybody_of_the_demo_can_sign_in_and_a_second_demo_gives_new_passwords(sqlite_engine: Engine) -> None:
    first = desk.hire_people(sqlite_engine, NOW)
    second = desk.hire_people(sqlite_engine, NOW)
    assert len({role for _, role, _ in first}) == len(first) == 5
    with write_session(sqlite_engine) as session:
        for (name, _, old), (_, _, new) in zip(first, second, strict=True):
            assert sign_in(session, name=name, password=new, now=NOW).state is SignInState.OK
            assert sign_in(session, name=name, password=old, now=NOW).state is SignInState.WRONG
            assert new in desk.describe_people(second)


def test_nobody_watching_means_no_desk_is_left_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("CI", "true")
    assert not desk.is_watched()
    monkeypatch.delenv("CI")
    assert desk.is_watched()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert not desk.is_watched()


@pytest.mark.timeout(120)
def test_ctrl_c_ends_the_desk_and_is_no_fault(tmp_path: Path) -> None:
    address = desk.free_address()
    environment = {**os.environ, "LACHAN_DATA_DIR": str(tmp_path)}
    script = (
        "import os, sys; from pathlib import Path; from tests.site.desk import serve_until_stopped; "
        f"sys.exit(serve_until_stopped(dict(os.environ), {address!r}, Path({str(ROOT)!r})))"
    )
    process = subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=ROOT, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None and not answers(address):
            time.sleep(0.2)
        assert answers(address)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 0
        assert not answers(address)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
