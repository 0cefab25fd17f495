"""Faults that only the owner of a machine can make, made in namespaces of our own: a small disk, a disk that nobody
may write to, and name servers that are dead.

``unshare --mount [--net] python -m tests.faults.machine NAME FOLDER`` prints one JSON object: what the real program
said and did before, during and after the fault.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench.pages import article
from tests.faults.sweeping import PROGRAM, Ended, environment, run
from tests.site.server import LocalWeb

SITES = 24
PAGES = {f"m{n:02}.example": article(n, 60_000) for n in range(SITES)}
SMALL, LARGE = "2500k", "64m"


def main() -> None:
    """Tell the story named by the first word in the folder named by the second."""
    story, folder = STORIES[sys.argv[1]], Path(sys.argv[2])
    print(json.dumps(story(folder)))


def small_disk(folder: Path) -> dict[str, Any]:
    """The disk of database and evidence fills up in the midst of a sweep, and is made larger."""
    data = _mounted(folder / "data", SMALL)
    with LocalWeb.from_pages(PAGES) as web:
        env = environment(web, data)
        refused = _told(run({**env, "LACHAN_FREE_MB": "200"}, "sweep", *web.targets))
        untouched = sum(web.touched(host) for host in PAGES)
        full = _told(run(env, "sweep", *web.targets))
        doctor = _doctor({**env, "LACHAN_FREE_MB": "200"})
        _remount(data, f"size={LARGE}")
        return {
            "refused": refused,
            "untouched": untouched,
            "full": full,
            "doctor": doctor,
            "verified": run(env, "evidence", "verify").code,
            "after": _told(run(env, "sweep", "--due")),
            "fetched": [web.touched(host, "/") for host in PAGES],
            "verified_after": run(env, "evidence", "verify").code,
        }


def read_only(folder: Path) -> dict[str, Any]:
    """The evidence store's disk goes read-only in the midst of a sweep, and comes back."""
    store = _mounted(folder / "evidence", LARGE)
    with LocalWeb.from_pages(PAGES) as web:
        env = environment(
            web,
            folder / "data",
            LACHAN_ARTIFACTS_URL=f"file://{store}",
            LACHAN_DELAY="0.5",
            LACHAN_CONCURRENT_SITES="1",
        )
        words = [*PROGRAM, "sweep", "--json", *web.targets]
        with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as sweep:
            until = time.monotonic() + 90
            while sum(web.touched(host, "/") for host in PAGES) < 4 and time.monotonic() < until:
                time.sleep(0.05)
            _remount(store, "ro")
            out, _ = sweep.communicate(timeout=120)
        doctor = _doctor(env)
        _remount(store, "rw")
        env["LACHAN_DELAY"] = "0"
        return {
            "full": {"code": sweep.returncode, **json.loads(out)},
            "doctor": doctor,
            "verified": run(env, "evidence", "verify").code,
            "after": _told(run(env, "sweep", "--due")),
            "fetched": [web.touched(host, "/") for host in PAGES],
            "verified_after": run(env, "evidence", "verify").code,
        }


def dead_names(folder: Path) -> dict[str, Any]:
    """Nobody answers on the port that the machine asks about names; then the names are known again."""
    nobody = folder / "resolv.conf"
    nobody.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", nobody, Path("/etc/resolv.conf").resolve()], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    hosts = [f"d{n:03}.example" for n in range(120)]
    with LocalWeb.from_pages(dict.fromkeys(hosts, article(1, 20_000))) as web:
        env = environment(web, folder / "data", LACHAN_SEAL="flagged")
        lost = {**env, "LACHAN_EGRESS_MAP": ""}
        dead = _told(run(lost, "sweep", *web.targets))
        still = _told(run(env, "sweep", "--due"))
        return {"dead": dead, "after": still, "again": _told(run(env, "sweep", *web.targets)), "targets": len(hosts)}


STORIES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "small-disk": small_disk,
    "read-only": read_only,
    "dead-names": dead_names,
}


def _told(ended: Ended) -> dict[str, Any]:
    return {"code": ended.code, **ended.said}


def _doctor(env: dict[str, str]) -> dict[str, Any]:
    ended = run(env, "doctor")
    return {"code": ended.code, "checks": {check["name"]: check for check in ended.said}}


def _mounted(folder: Path, size: str) -> Path:
    folder.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    return folder


def _remount(folder: Path, option: str) -> None:
    _mount("-o", f"remount,{option}", str(folder))


def _mount(*words: str) -> None:
    command: Sequence[str] = ("mount", *words)
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
