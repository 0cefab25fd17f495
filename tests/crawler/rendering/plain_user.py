"""``python -m tests.crawler.rendering.plain_user`` renders one loopback page as whoever runs it, and prints as JSON how
the browser's processes are confined."""

import asyncio
import contextlib
import json
import os
from pathlib import Path

from crawler.bounds import DEFAULT_BOUNDS
from crawler.egress.policy import EgressPolicy
from crawler.rendering.browser import find_browser
from crawler.rendering.driver import group_of
from crawler.rendering.renderer import Renderer
from crawler.rendering.vantages import DESKTOP
from tests.crawler.egress.loopback import Server, page


async def main() -> None:
    """Look at the processes again and again while a page is shown; of each the last look."""
    found: dict[int, dict[str, object]] = {}
    with Server({"/": page("<h1>Xin chào</h1>" + "<p>Một câu dài để đọc. " * 20)}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")
        async with Renderer(policy, find_browser("auto"), DEFAULT_BOUNDS, pages=1) as renderer:
            (browser,) = renderer.browsers
            capture = asyncio.create_task(renderer.capture("http://a.example/", DESKTOP))
            while not capture.done():
                for entry in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - names alone
                    with contextlib.suppress(OSError, KeyError):  # it has ended meanwhile
                        if group_of(int(entry)) == browser.pid:
                            found[int(entry)] = confinement(int(entry))
                await asyncio.sleep(0.05)
            visit = await capture
    told = {"outcome": visit.outcome, "reason": visit.reason, "user": os.geteuid()}
    print(json.dumps({**told, "processes": list(found.values())}))


def confinement(pid: int) -> dict[str, object]:
    """What a process is, the mode of its seccomp (2: filtered), and how many pid namespaces it is down."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ").split()
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    return {
        "type": next((word.partition("=")[2] for word in words if word.startswith("--type=")), "browser"),
        "unconfined": "--no-sandbox" in words,
        "seccomp": int(status["Seccomp"]),
        "depth": len(status["NSpid"].split()),
        "user": int(status["Uid"].split()[1]),
    }


if __name__ == "__main__":
    asyncio.run(main())
