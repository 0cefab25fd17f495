"""`make kills`: a hundred kill -9 at random moments of sweeps that go on: was anything lost, twice or half done?"""

import argparse
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.bench.pages import article, pictures, shop
from tests.faults.aftermath import Aftermath, config_of, held_by_the_dead, look
from tests.faults.killing import CRAWLER, Killer
from tests.faults.sweeping import PROGRAM, environment, run
from tests.postgres import TEMPLATE, shared_server
from tests.site.server import LocalWeb
from tests.soak.processes import adopt_orphans, below, bury_the_dead
from tests.timestamp_authority import TimestampAuthority

SITES = 16  # of one parcel, every fourth a shop
AT_ONCE = 6
PARCELS = 100
PAUSE = (0.2, 3.0)  # seconds between two kills
PATIENCE = 8.0  # for one of the kind that was drawn to be there
LEFT_SECONDS = 10.0
CHECKED = 4  # after every fourth kill of the crawler evidence and doctor are asked


@dataclass
class Story:
    """What happened. ``faults``: what should not have."""

    parcels: int = 0
    sweeps: int = 0
    exits: list[int] = field(default_factory=list)
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Exit code 1 when anything was lost, done twice, or half done."""
    words = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__)
    words.add_argument("--number", type=int, default=100)
    words.add_argument("--seed", type=int, default=20261128)
    words.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="lachan-kills-") as name:
        folder = Path(name)
        url, clerk = _database(folder, chosen.database)
        adopt_orphans()  # only now: the server is nobody's child
        killer = Killer(random.Random(chosen.seed), clerk, make_url(url).database if url else "")
        story, aftermath = tell(folder, url, killer, chosen.number)
    print(f"seed {chosen.seed}, {chosen.database}: {sum(killer.done.values())} kills {dict(killer.done)}")
    print(
        f"{story.sweeps} sweeps over {story.parcels * SITES} sites in {story.seconds:.0f} s; exit codes {story.exits}"
    )
    print(aftermath)
    print("\n".join(story.faults or ["nothing lost, nothing twice, nothing half done"]))
    return 1 if story.faults else 0


def _database(folder: Path, kind: str) -> tuple[str, psycopg.Connection | None]:
    if kind == "sqlite":
        return "", None
    server = shared_server(folder, os.getpid())
    clerk = psycopg.connect(server.format(database="postgres").replace("+psycopg", ""), autocommit=True)
    name = f"kills_{secrets.token_hex(4)}"
    clerk.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
    return server.format(database=name), clerk


def pages() -> dict[str, bytes]:
    """Enough parcels of sites; their pages are few, so that what becomes of one can be held against another."""
    articles = [article(seed, 20_000) for seed in range(8)]
    hosts = [f"{'shop' if n % 4 == 0 else 'news'}{n:04}.example" for n in range(SITES * PARCELS)]
    return {host: shop(1, 12) if _is_shop(host) else articles[n % 8] for n, host in enumerate(hosts)}


def _is_shop(host: str) -> bool:
    return host.startswith("shop")


def tell(folder: Path, database: str, killer: Killer, number: int) -> tuple[Story, Aftermath]:
    """Sweep parcel after parcel and kill until ``number`` kills are done; the last parcel is swept to its end."""
    story, started = Story(), time.monotonic()
    web = LocalWeb.from_pages(pages(), files=pictures())
    hosts = list(pages())
    (folder / "tmp").mkdir()
    with web, TimestampAuthority(folder / "authority") as authority:
        env = environment(
            web,
            folder / "data",
            TMPDIR=str(folder / "tmp"),
            LACHAN_DATABASE_URL=database,
            LACHAN_BROWSER="auto",
            LACHAN_OCR="off",
            LACHAN_CONCURRENT_SITES=str(AT_ONCE),
            LACHAN_EGRESS_ALLOW=f"{web.egress_allow},{authority.address}",
            LACHAN_TIMESTAMP_URLS=authority.url,
            LACHAN_TIMESTAMP_CA=str(authority.certificate),
        )
        for parcel in (hosts[n : n + SITES] for n in range(0, len(hosts), SITES)):
            story.parcels += 1
            seeds = folder / f"parcel-{story.parcels}.csv"
            seeds.write_text("url\n" + "".join(f"http://{host}/\n" for host in parcel), "utf-8")
            while _sweep(env, folder, seeds, killer, number, story):
                pass
            if sum(killer.done.values()) >= number:
                break
        swept = hosts[: story.parcels * SITES]
        shops = {host for host in swept if _is_shop(host)}
        aftermath = look(env, swept, shops, web, kills=killer.done[CRAWLER] * AT_ONCE, readers=killer.done["reader"])
    story.faults += aftermath.faults
    story.seconds = time.monotonic() - started
    return story, aftermath


def _sweep(env: dict[str, str], folder: Path, seeds: Path, killer: Killer, number: int, story: Story) -> bool:
    """One sweep with kills at random moments; True when it was itself killed and must be begun again."""
    story.sweeps += 1
    out = folder / "out"
    words = [*PROGRAM, "sweep", "--seeds", str(seeds), "--json"]
    with out.open("wb") as file, (folder / "log").open("ab") as log:
        sweep = subprocess.Popen(words, env=env, stdout=file, stderr=log, start_new_session=True)
        killed = _harass(sweep, killer, number)
        code = sweep.wait(300)
    story.exits.append(code)
    if left := _left():
        story.faults.append(f"sweep {story.sweeps} left {left}")
    print(f"sweep {story.sweeps} ended with {code} after {sum(killer.done.values())} kills", flush=True)
    if killed:
        if killer.done[CRAWLER] % CHECKED == 1:
            _check_between(env, story)
        return True
    said = json.loads(out.read_bytes() or b"{}")
    spoilt = bool(said and (said["failed"] or said["browser_failed"]))  # a browser may be killed at both its tries
    if code != said.get("exit_code") or code not in {0, 1} or (code == 1) != spoilt or said["unrecorded"]:
        story.faults.append(f"sweep {story.sweeps} ended with {code} and says {said}")
    return False


def _harass(sweep: "subprocess.Popen[bytes]", killer: Killer, number: int) -> bool:
    """Kill until it ends, is killed, or all kills are done; whether it was killed."""
    while sum(killer.done.values()) < number:
        try:
            sweep.wait(killer.chance.uniform(*PAUSE))
            return False
        except subprocess.TimeoutExpired:
            pass
        kind = killer.chance.choice(killer.kinds)
        until = time.monotonic() + PATIENCE
        while not killer.strike(kind, sweep.pid):
            if sweep.poll() is not None:
                return False
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        if kind == CRAWLER:
            return True
    return False


def _left() -> list[str]:
    """Processes of a sweep that has ended which outlive it by more than they may."""
    until = time.monotonic() + LEFT_SECONDS
    while True:
        bury_the_dead()
        living = [process.words[:120] for process in below(os.getpid()) if "openssl" not in process.words]
        if not living or time.monotonic() > until:
            return living
        time.sleep(0.1)


def _check_between(env: dict[str, str], story: Story) -> None:
    """After a kill nothing that is half done is taken for done, and doctor sees what the dead one held."""
    verified = run(env, "evidence", "verify")
    if verified.code:
        story.faults.append(f"after sweep {story.sweeps} evidence does not hold: {verified.said}")
    doctor = {check["name"]: check for check in run(env, "doctor").said}
    if (held := held_by_the_dead(config_of(env))) and f"{held} held by a process that ended" not in doctor["targets"][
        "found"
    ]:
        story.faults.append(f"{held} leases are a dead process's, and doctor says {doctor['targets']['found']}")


if __name__ == "__main__":
    sys.exit(main())
