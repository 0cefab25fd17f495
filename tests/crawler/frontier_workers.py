"""Workers that share one frontier and are killed over and over; run as a program so that forking stays simple.

Arguments: database URL, file of captures, seed. Prints how many workers were killed.
"""

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

from crawler.frontier import count_targets, lease_due, new_owner, record_outcome, release_dead
from storage.db import open_engine, write_session

KILLS = 25
WORKERS = 2


def work(url: str, captures: int) -> None:
    """Leases, captures and settles until nothing is left, as a sweep does."""
    engine, owner = open_engine(url), new_owner()
    with write_session(engine) as session:
        release_dead(session, now=datetime.now(UTC))
        session.commit()
    while True:
        now = datetime.now(UTC)
        with write_session(engine) as session:
            leases = lease_due(session, owner=owner, now=now, limit=4, lease_seconds=60)
            counts = count_targets(session, None, now)
            session.commit()
        if not counts.due and not counts.leased:
            return
        for lease in leases:
            os.write(captures, f"{lease.id}\n".encode())
            time.sleep(0.003)
            with write_session(engine) as session:
                tomorrow = datetime.now(UTC) + timedelta(days=1)
                settled = {"outcome": "read", "reason": "", "level": "clean", "next_due": tomorrow, "failed": False}
                assert record_outcome(session, lease, now=datetime.now(UTC), **settled)
                session.commit()
        if not leases:
            with write_session(engine) as session:  # the other worker may have died since
                release_dead(session, now=now)
                session.commit()
            time.sleep(0.02)


def start(url: str, captures: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        work(url, captures)
    except BaseException as error:
        os.write(2, f"{error!r}\n".encode())
        os._exit(1)
    os._exit(0)


def main(url: str, path: str, seed: str) -> None:
    chance = random.Random(seed)
    captures = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    workers, killed = {start(url, captures) for _ in range(WORKERS)}, 0
    while workers:
        time.sleep(chance.uniform(0.01, 0.12) if killed < KILLS else 0.02)
        if killed < KILLS:
            victim = chance.choice(sorted(workers))
            os.kill(victim, signal.SIGKILL)
            killed += os.WIFSIGNALED(os.waitpid(victim, 0)[1])
            workers.remove(victim)
            workers.add(start(url, captures))
            continue
        pid, status = os.waitpid(-1, 0)
        workers.remove(pid)
        if status:
            sys.exit(f"a worker failed: {status}")
    print(killed)


if __name__ == "__main__":
    main(*sys.argv[1:])
