"""An RDAP registry on loopback in a thread of its own, for commands that run their own event loop or process."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.crawler.enrichment.registry_servers import Registry, Reply, rdap_server


@contextmanager
def registry(answer: Callable[[str], Reply]) -> Iterator[Registry]:
    """A running server; ``asked`` grows while it runs."""
    started, stop = threading.Event(), threading.Event()
    found: list[Registry] = []

    async def serve() -> None:
        async with rdap_server(answer) as server:
            found.append(server)
            started.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield found[0]
    finally:
        stop.set()
        thread.join(20)


def registered(path: str) -> Reply:
    """An RDAP answer about whatever domain is asked for; its registrar has IANA number 1586."""
    if not path.startswith("/domain/"):
        return Reply(b"{}", status=404)
    registrar = {
        "roles": ["registrar"],
        "publicIds": [{"type": "IANA Registrar ID", "identifier": "1586"}],
        "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Registrar A"]]],
    }
    event = {"eventAction": "registration", "eventDate": "2026-11-01T00:00:00Z"}
    name = path.removeprefix("/domain/")
    body = {"objectClassName": "domain", "ldhName": name, "entities": [registrar], "events": [event]}
    return Reply(json.dumps(body).encode())
