"""The end of the demo: people who may sign in, and the web desk open on the cases that the sweep left."""

import os
import secrets
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from storage.db import write_session
from takedown.actor import CONSOLE, Role
from takedown.staff import add_person, list_people, set_password

USUAL_PORT = 8321
# four eyes: who drafts a notice never releases it, so a tour takes at least the first two
PEOPLE = (
    ("xetduyet", "Người xét duyệt", Role.REVIEWER),
    ("pheduyet", "Người phê duyệt", Role.APPROVER),
    ("congan", "Cán bộ công an", Role.POLICE),
    ("kiemtra", "Người kiểm tra", Role.AUDITOR),
    ("quantri", "Người quản trị", Role.ADMINISTRATOR),
)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another


def hire_people(engine: Engine, now: datetime | None = None) -> tuple[tuple[str, str, str], ...]:
    """One person a role, each with a fresh password: (name, role, password). Known people get a new password."""
    moment = now or datetime.now(UTC)
    hired = []
    with write_session(engine) as session:
        known = {person.name for person in list_people(session)}
        for name, full_name, role in PEOPLE:
            password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
            if name in known:
                set_password(session, name=name, password=password, actor=CONSOLE, now=moment)
            else:
                add_person(
                    session,
                    name=name,
                    full_name=full_name,
                    roles=[role],
                    password=password,
                    actor=CONSOLE,
                    now=moment,
                )
            hired.append((name, str(role), password))
        session.commit()
    return tuple(hired)


def free_address() -> str:
    """The usual one, or any free one where something listens there already."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return f"127.0.0.1:{tried.getsockname()[1]}"
    return f"127.0.0.1:{USUAL_PORT}"


def describe_people(people: tuple[tuple[str, str, str], ...]) -> str:
    """A line a person, in columns."""
    return "\n".join(f"  {name:<10} {role:<14} {password}" for name, role, password in people)


def is_watched() -> bool:
    """Whether somebody sits at a terminal: a desk that nobody can stop is not opened."""
    return sys.stdout.isatty() and not os.environ.get("CI")


def serve_until_stopped(environment: dict[str, str], address: str, root: Path) -> int:
    """The real command; Ctrl-C ends it, and ending it so is no fault."""
    command = [sys.executable, "-m", "takedown.cli", "serve", "--listen", address]
    process = subprocess.Popen(command, env=environment, cwd=root)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the terminal sent it to the desk too, which ends by itself
            continue
