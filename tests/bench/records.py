"""`python -m tests.bench.records`: figures of look-ups and of the owner-record desk, on servers of this machine alone.

Four parts, each of which can be chosen: saved answers read exactly; a sample of a corpus's domains with a state and a
right recipient; a list looked up in bulk, killed half way and gone on with, with the pace as each server saw it (exit
code 1 where a limit was broken); the
dossier of many domains, in seconds, bytes and pages. ``--pictures`` keeps the dossier's pages as PNG.
"""

import argparse
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from crawler.detection.hosts import on_free_platform
from crawler.enrichment.bulk import AT_ONCE
from crawler.enrichment.ended import registry_state
from crawler.enrichment.record import domain_facts_from_json
from seeds import Seed, load_hosting, parse_target, registrable_domain
from storage.db import open_engine, read_session
from storage.models import DomainRecord
from takedown.recipients import load_recipients
from takedown.recipients.contacts import contacts_for, traits_of
from tests.bench.paces import paces
from tests.bench.registrations import ADDRESS, Registrations, expected_registrar
from tests.crawler.enrichment.threaded_registry import registry

PARTS = ("answers", "corpus", "bulk", "dossier")
REGISTRARS = 3  # servers to which the registry of the bulk list refers
UNDER_WAY = 2 * AT_ONCE  # a look-up asks about a name and about its network side by side


def saved_answers() -> dict[str, Any]:
    """How many of the saved answers give the expected record, every field of it."""
    from tests.crawler.enrichment.test_saved_answers import CASES, test_a_saved_answer_gives_the_expected_record

    wrong = []
    for case in CASES:
        try:
            test_a_saved_answer_gives_the_expected_record(case)
        except AssertionError as error:
            wrong.append(f"{case}: {str(error)[:200]}")
    return {"answers": len(CASES), "exact": len(CASES) - len(wrong), "wrong": wrong}


def corpus(path: Path, number: int, folder: Path) -> dict[str, Any]:
    """An even sample of the corpus: who has a state, and whose recipient is the one that the servers imply."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        values = [json.loads(line)["value"] for line in file]
    names = [values[place * len(values) // number] for place in range(number)]
    report, _ = looked_up(names, folder, interval=0.0)
    engine, recipients = open_engine(f"sqlite:///{folder}/bench.db"), load_recipients()
    states: dict[str, int] = {}
    without: list[str] = []
    with read_session(engine) as session:
        for host in {target.host for name in names if isinstance(target := parse_target(name), Seed)}:
            row = newest(session, host)
            if row is None:
                without.append(f"{host}: no record")
                continue
            state = registry_state(domain_facts_from_json(row.facts)).value
            states[state] = states.get(state, 0) + 1
            named = {entry.recipient.id if entry.recipient else entry.name for entry in
                     contacts_for(traits_of(row.facts, row.looked_up_at), recipients)}  # fmt: skip
            if missing := wanted(host) - named:
                without.append(f"{host}: {', '.join(sorted(missing))} not among {', '.join(sorted(named)) or 'nobody'}")
    engine.dispose()
    total = sum(states.values())
    return {"names": total, "malformed": report["malformed"], "states": states, "with_state": total,
            "with_right_recipient": total - len(without), "without": without[:40]}  # fmt: skip


def newest(session: Session, host: str) -> DomainRecord | None:
    """The last look-up of a host."""
    query = select(DomainRecord).where(DomainRecord.host == host).order_by(col(DomainRecord.id).desc())
    return session.exec(query.limit(1)).first()


def wanted(host: str) -> set[str]:
    """Whom the made-up registrations lead to: the platform alone, or registry of .vn, or registrar; and the network."""
    platform = load_hosting().match(host)
    if platform is not None:
        recipient = load_recipients().platform(platform.id)
        return {recipient.id if recipient is not None else "a recipient of " + platform.id}
    if host.endswith(".vn"):
        return {"vnnic", "MAY CHU MAU"}
    if on_free_platform(host):  # below my.id: its registration is not the site's, its registry is told
        keeper = load_recipients().registry(host)
        return {keeper.id if keeper is not None else "a registry", "MAY CHU MAU"}
    registrar = expected_registrar(registrable_domain(host))
    return {"MAY CHU MAU", *((registrar,) if registrar else ())}


def looked_up(
    names: list[str], folder: Path, *, interval: float, kill_at: int | None = None, registrars: int = 0
) -> tuple[dict[str, Any], dict[str, Registrations]]:
    """The list through `lachan whois --file` in a process of its own; killed once ``kill_at`` questions were asked.

    Also what each server was asked: the registry, and ``registrars`` to which it refers."""
    listed = folder / "names.txt"
    listed.write_text("\n".join(names), encoding="utf-8")
    hosts = {target.host for name in names if isinstance(target := parse_target(name), Seed)}
    servers = {f"registrar {number}": Registrations() for number in range(registrars)}
    with ExitStack() as running:
        further = [running.enter_context(registry(answers)).address for answers in servers.values()]
        servers["registry"] = Registrations(further)
        server = running.enter_context(registry(servers["registry"]))
        environment = {
            **os.environ,
            "LACHAN_DATA_DIR": str(folder),
            "LACHAN_DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "LACHAN_RDAP_BASE": f"http://{server.address}",
            "LACHAN_WHOIS_SERVER": "127.0.0.1:9",
            "LACHAN_EGRESS_ALLOW": ",".join((server.address, *further)),
            "LACHAN_EGRESS_MAP": ",".join(f"{host}={ADDRESS}" for host in sorted(hosts)),
            "LACHAN_LOOKUP_INTERVAL": str(interval),
            "LACHAN_ASN_ZONE": "",
        }
        command = [sys.executable, "-m", "takedown.cli", "whois", "--file", str(listed), "--json"]
        if kill_at is not None:
            first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while len(server.asked) < kill_at and first.poll() is None:
                time.sleep(0.05)
            first.send_signal(signal.SIGKILL)
            first.wait()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        sys.exit(f"exit {done.returncode}\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found, servers


def bulk(number: int, interval: float, folder: Path) -> dict[str, Any]:
    """A list killed at two fifths and gone on with: time, memory, what was asked twice, the pace at the server."""
    names = [f"shop-{place}.com" for place in range(number)]
    started = time.monotonic()
    report, servers = looked_up(names, folder, interval=interval, kill_at=2 * number // 5, registrars=REGISTRARS)
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    moments = {name: answers.moments for name, answers in servers.items()}
    return {"names": number, "done": report["done"], "waiting": report["waiting"], "states": report["states"],
            "seconds": round(seconds, 1), "peak_mb": round(peak), "interval": interval,
            **paces(moments, interval, UNDER_WAY),
            "asked_twice": sum(n > 1 for answers in servers.values() for n in answers.counts.values())}  # fmt: skip


def dossier(number: int, folder: Path, pictures: Path | None) -> dict[str, Any]:
    """A dossier of that many domains."""
    from tests.bench.dossiers import make_dossier

    return make_dossier(number, folder, pictures)


def results(chosen: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each part that was chosen, in a folder of its own."""
    for part in chosen.parts or PARTS:
        if part == "corpus" and chosen.corpus is None:
            print("corpus: left out; name one with --corpus FILE", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory(prefix="lachan-bench-") as name:
            folder = Path(name)
            if part == "answers":
                yield part, saved_answers()
            elif part == "corpus":
                yield part, corpus(chosen.corpus, chosen.sample, folder)
            elif part == "bulk":
                yield part, bulk(chosen.names, chosen.interval, folder)
            else:
                yield part, dossier(chosen.domains, folder, chosen.pictures)


def main() -> int:
    """One JSON line a part; the exit code."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.records", description=__doc__)
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], help="by default all")
    options.add_argument("--corpus", type=Path, help="a file of JSON lines with `value`, gzipped")
    options.add_argument("--sample", type=int, default=1000)
    options.add_argument("--names", type=int, default=1000)
    options.add_argument("--interval", type=float, default=0.1, help="seconds between two questions to one server")
    options.add_argument("--domains", type=int, default=100)
    options.add_argument("--pictures", type=Path, help="folder for the dossier's pages")
    broken = False
    for part, found in results(options.parse_args()):
        print(json.dumps({part: found}, ensure_ascii=False), flush=True)
        broken = broken or bool(found.get("limit_broken") or found.get("wrong"))
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
