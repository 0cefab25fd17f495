"""The local web: every sample site under its own host name behind one HTTP and one HTTPS listener on loopback."""

import asyncio
import gzip
import socket
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.site.authority import Authority
from tests.site.behaviours import ACTIONS, Document, Reply, Request, is_phone_from_social
from tests.site.catalogue import Route, Site, load_sites
from tests.site.documents import load_documents
from tests.site.protocol import WebProtocol, head_bytes

LOOPBACK = "127.0.0.1"
NOT_FOUND = Document(
    b"<!doctype html><html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center>"
    b"<hr><center>nginx</center></body></html>",
    "text/html",
)
_NAMES_BEFORE_WILDCARDS = 200


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of one site; levels are empty where the label asks for none."""

    name: str
    url: str
    hosts: tuple[str, ...]
    label: str
    category: str
    level_floor: str
    level_ceiling: str
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class Touch:
    """One request as the web saw it."""

    method: str
    scheme: str
    host: str
    path: str
    user_agent: str = ""
    referrer: str = ""
    body: bytes = b""


class LocalWeb:
    """Serves while entered. ``egress_allow`` and ``egress_map`` are the settings that lead a crawler here."""

    def __init__(self, sites: Iterable[Site] | None = None, kinds: Iterable[str] = ()) -> None:
        chosen = tuple(load_sites() if sites is None else sites)
        wanted = set(kinds)
        self.sites = tuple(site for site in chosen if not wanted or site.label in wanted)
        self.touches: Counter[tuple[str, str]] = Counter()
        self.requests: deque[Touch] = deque(maxlen=20_000)
        self._by_host = {host: site for site in self.sites for host in site.hosts}
        self._documents: dict[str, dict[str, Document]] = {}
        self._pages: dict[bytes, tuple[str, bytes]] = {}
        self._files: dict[str, Document] = {}
        self._gone: set[str] = set()
        self._connections: set[WebProtocol] = set()
        self._port = self._tls_port = self._dead_port = 0

    @classmethod
    def from_pages(
        cls,
        pages: Mapping[str, bytes],
        content_type: str = "text/html; charset=utf-8",
        files: Mapping[str, Document] | None = None,
        sites: Iterable[Site] = (),
    ) -> Self:
        """A web of one page a host, served at ``/`` from ready-made bytes. ``files`` are served by path on every host;
        all else is 404. ``sites``: sample sites beside these hosts."""
        web = cls(sites)
        web._files = dict(files or {})
        for host, html in pages.items():
            head = head_bytes(Reply(200, html, content_type))
            web._pages[host.lower().encode()] = (host.lower(), head + html)
        return web

    # -- what a crawler needs to know

    @property
    def targets(self) -> tuple[str, ...]:
        """Start URLs."""
        return (*(site.url for site in self.sites), *(f"http://{host}/" for host, _ in self._pages.values()))

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        return tuple(
            Expectation(
                site.name,
                site.url,
                site.hosts,
                site.label,
                site.category,
                site.level_floor,
                site.level_ceiling,
                site.outcome,
                site.why,
            )
            for site in self.sites
        )

    @property
    def address(self) -> str:
        """``ip:port`` of the HTTP listener."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def tls_address(self) -> str:
        """``ip:port`` of the HTTPS listener."""
        return f"{LOOPBACK}:{self._tls_port}"

    @property
    def egress_allow(self) -> str:
        """LACHAN_EGRESS_ALLOW: the two listeners and the closed port of dead hosts."""
        return f"{self.address},{self.tls_address},{LOOPBACK}:{self._dead_port}"

    @property
    def egress_map(self) -> str:
        """LACHAN_EGRESS_MAP: each name and port; one wildcard a parent domain when there are very many names."""
        entries = [entry for site in self.sites for host in site.hosts for entry in self._map(site, host)]
        names: Iterable[str] = (host for host, _ in self._pages.values())
        if len(self._pages) > _NAMES_BEFORE_WILDCARDS:
            names = dict.fromkeys("*." + host.partition(".")[2] for host in names)
        for name in names:
            entries += [f"{name}:80={self.address}", f"{name}:443={self.tls_address}"]
        return ",".join(entries)

    def _map(self, site: Site, host: str) -> tuple[str, str]:
        dead = f"{LOOPBACK}:{self._dead_port}"
        plain = self.address if site.listen else dead
        secure = self.tls_address if site.listen and site.https else dead
        return f"{host}:80={plain}", f"{host}:443={secure}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings as environment variables."""
        return {"LACHAN_EGRESS_ALLOW": self.egress_allow, "LACHAN_EGRESS_MAP": self.egress_map}

    @property
    def authority_file(self) -> Path:
        """PEM of the throwaway authority, for a client that wants to verify."""
        return self._authority.certificate

    def touched(self, host: str, path: str | None = None) -> int:
        """How many requests came for a host, or for one path of it."""
        if path is not None:
            return self.touches[host, path]
        return sum(count for (seen, _), count in self.touches.items() if seen == host)

    # -- what becomes of a site while a story runs

    def take_down(self, host: str) -> None:
        """Every address of the host answers 404 from now on, as after its removal."""
        self._gone.add(host)

    def put_back(self, host: str) -> None:
        """The site is as it was: a relapse."""
        self._gone.discard(host)

    # -- life

    def __enter__(self) -> Self:
        for site in self.sites:
            documents = load_documents(site)
            self._documents.update(dict.fromkeys(site.hosts, documents))
        self._folder = tempfile.TemporaryDirectory(prefix="site-")
        self._authority = Authority(Path(self._folder.name))
        self._dead = socket.socket()
        self._dead.bind((LOOPBACK, 0))  # bound and not listening: every connection is refused
        self._dead_port = self._dead.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="local-web", daemon=True)
        self._thread.start()
        if not self._ready.wait(20):
            raise RuntimeError("the local web did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._dead.close()
        self._folder.cleanup()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        plain = await loop.create_server(lambda: self._connection("http"), LOOPBACK, 0, backlog=1024)
        secure = await loop.create_server(
            lambda: self._connection("https"), LOOPBACK, 0, ssl=self._authority.server_context(), backlog=1024
        )
        loop.set_exception_handler(lambda *_: None)  # a client that hangs up during the handshake is no news
        self._port = plain.sockets[0].getsockname()[1]
        self._tls_port = secure.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        plain.close()
        secure.close()
        for connection in tuple(self._connections):
            connection.close()
        await asyncio.sleep(0.05)

    def _connection(self, scheme: str) -> WebProtocol:
        return WebProtocol(scheme, self._answer, self._quick, self._connections)

    # -- answers

    def _quick(self, host: bytes, target: bytes) -> bytes | None:
        """A ready answer of a web made by from_pages."""
        if not self._pages or target != b"/" or (entry := self._pages.get(host)) is None or entry[0] in self._gone:
            return None
        self.touches[entry[0], "/"] += 1
        return entry[1]

    def _answer(self, request: Request) -> Reply:
        self.touches[request.host, request.path] += 1
        headers = request.headers
        self.requests.append(
            Touch(
                request.method,
                request.scheme,
                request.host,
                request.path,
                headers.get("user-agent", ""),
                headers.get("referer", ""),
                request.body,
            )
        )
        if request.host in self._gone:
            return Reply(404, NOT_FOUND.body, NOT_FOUND.content_type)
        site = self._by_host.get(request.host)
        if site is None and (file := self._files.get(request.path)):
            return Reply(200, file.body, file.content_type)
        if site is None:
            return Reply(404, NOT_FOUND.body, NOT_FOUND.content_type)
        if site.https and request.scheme == "http":
            query = f"?{request.query}" if request.query else ""
            where = f"https://{request.host}{request.path}{query}"
            return Reply(301, b"", "text/html", (("Location", where), ("Server", site.server)))
        reply = respond(site, self._documents[request.host], request)
        reply = replace(reply, headers=(("Server", site.server), *reply.headers))
        return _compressed(reply) if "gzip" in headers.get("accept-encoding", "") else reply


def respond(site: Site, documents: Mapping[str, Document], request: Request) -> Reply:
    """The site's answer: a route's behaviour where there is one for the path, else the file, else 404."""
    route = next((route for route in site.routes if route.path in (request.path, "*")), None)
    if route is None:
        document = documents.get(request.path)
        if document is None:
            return Reply(404, documents.get("/404.html", NOT_FOUND).body)
        return Reply(200, document.body, document.content_type)
    return ACTIONS[route.behaviour](route, _document(route, documents, request), request)


def _document(route: Route, documents: Mapping[str, Document], request: Request) -> Document:
    name = route.phone_file if route.phone_file and is_phone_from_social(request) else route.file
    if not name:
        return documents.get(request.path, Document(b"", "text/html; charset=utf-8"))
    return documents["/" + name]


def _compressed(reply: Reply) -> Reply:
    """The reply gzipped where a real server would: text of some size without a broken ending."""
    if reply.cut is not None or reply.drip or len(reply.body) < 1000 or not reply.content_type.startswith("text/"):
        return reply
    return replace(reply, body=_gzip(reply.body), headers=(*reply.headers, ("Content-Encoding", "gzip")))


@lru_cache(maxsize=512)
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)
