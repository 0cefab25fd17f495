"""Kill -9 of a sweep's parts: itself, its reader, the browser's driver, a browser, a session of its database."""

import os
import random
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.soak.processes import Process, below

CRAWLER, DATABASE = "crawler", "database"
KINDS = (CRAWLER, "reader", "driver", "browser", DATABASE)
_SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() ORDER BY pid"


@dataclass
class Killer:
    """``clerk``: a connection that may end the sessions of ``database``; None: there are none (SQLite)."""

    chance: random.Random
    clerk: psycopg.Connection | None = None
    database: str = ""
    done: Counter[str] = field(default_factory=Counter)

    @property
    def kinds(self) -> list[str]:
        """What can be killed here."""
        return [kind for kind in KINDS if kind != DATABASE or self.clerk is not None]

    def strike(self, kind: str, sweep: int) -> bool:
        """Kill one of a kind, chosen at random, of the sweep with this pid; False where there is none just now."""
        if kind == CRAWLER:
            os.kill(sweep, signal.SIGKILL)
            struck = True
        elif kind == DATABASE:
            struck = self._end_session()
        else:
            struck = self._kill([process for process in below(sweep) if process.role == kind])
        self.done[kind] += struck
        return struck

    def _kill(self, processes: list[Process]) -> bool:
        if not processes:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.chance.choice(processes).pid, signal.SIGKILL)
            return True
        return False

    def _end_session(self) -> bool:
        assert self.clerk is not None
        sessions = [row[0] for row in self.clerk.execute(_SESSIONS, (self.database,)).fetchall()]
        if not sessions:
            return False
        ended = self.clerk.execute("SELECT pg_terminate_backend(%s)", (self.chance.choice(sessions),)).fetchone()
        return ended is not None and bool(ended[0])
