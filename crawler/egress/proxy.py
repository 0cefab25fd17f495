"""The browser's only way out: a proxy on loopback that resolves, judges and dials each destination as one step."""

import asyncio
import hmac
import secrets
from base64 import b64encode
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from crawler.egress.policy import EgressPolicy
from crawler.egress.proxy_head import ProxyHead, ProxyHeadError, parse_proxy_head
from crawler.egress.proxy_pipe import ClientPipe, UpstreamPipe
from crawler.egress.refusals import on_behalf_of
from crawler.egress.resolver import Endpoint, NameNotFoundError, Resolver
from crawler.errors import EgressRefusedError
from crawler.visit import Outcome

LOOPBACK = "127.0.0.1"
CONNECTIONS = 256
NAMES = 2_000  # destinations remembered
DIAL_SECONDS = 10.0
PLAIN = frozenset({b"GET", b"HEAD", b"CONNECT"})
TRY_SECONDS = 5.0  # of one address, while there are others


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a destination could not be reached."""

    outcome: Outcome
    reason: str


class CheckingProxy:
    """One for each visit: ``async with CheckingProxy(policy, page=url, max_bytes=n) as proxy``.

    ``dialled`` maps ``host:port`` to the ``ip:port`` that was dialled, ``faults`` to why it was not. ``closed`` refuses
    everything: the place for a browser's own traffic, which belongs to no page.
    """

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        page: str = "",
        max_bytes: int = 40_000_000,
        max_sent: int = 4_000_000,
        closed: bool = False,
    ) -> None:
        self.policy = policy
        self.username = secrets.token_hex(8)
        self.password = secrets.token_hex(16)
        self.mark = secrets.token_hex(8)
        self.dialled: dict[str, str] = {}
        self.faults: dict[str, Fault] = {}
        self.refused = 0
        self.received = 0  # bytes from upstream
        self.sent = 0  # bytes of the page's own
        self.exhausted = False  # one of these bounds was reached and everything was cut
        self.fenced = False  # nothing but GET and HEAD, as far as it can be seen, and no socket
        self.kept_back = 0  # by the fence
        self._page = page
        self._max_bytes = max_bytes
        self._max_sent = max_sent
        self._closed = closed
        self._credentials = b"Basic " + b64encode(f"{self.username}:{self.password}".encode())
        self._resolver = Resolver(policy)
        self._server: asyncio.Server | None = None
        self._pipes: set[ClientPipe] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where the browser finds it, without the credentials."""
        assert self._server is not None
        return f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: ClientPipe(self), LOOPBACK, 0, backlog=CONNECTIONS)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop listening, cut every connection and wait for what was being dialled."""
        if self._server is not None:
            self._server.close()
        self._cut()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def foresee(self, host: str, port: int) -> Fault | None:
        """What would hinder a connection, without making one: a warning only, the real one is judged anew."""
        try:
            async with asyncio.timeout(TRY_SECONDS):
                with on_behalf_of(self._page):
                    await self._resolver.resolve(host, port)
        except EgressRefusedError as error:
            self.refused += 1
            return Fault(Outcome.EGRESS_REFUSED, str(error))
        except NameNotFoundError as error:
            return Fault(Outcome.DNS_FAILED, str(error))
        except TimeoutError:
            return Fault(Outcome.DNS_FAILED, f"{host}: the look-up took longer than {TRY_SECONDS} s")
        return None

    def exhaust(self) -> None:
        """Cut every connection and let nothing more through."""
        self.exhausted = True
        self._cut()

    def fence(self) -> None:
        """From now on only pages are asked for: every connection is cut, and what begins as a socket or sends anything
        is refused. What a request inside TLS is, is for the browser to judge."""
        self.fenced = True
        self._cut()

    # -- what the pipes call

    def keep_back(self) -> None:
        """Something met the fence."""
        self.kept_back += 1

    def opened(self, pipe: ClientPipe) -> bool:
        """Whether one more connection is taken."""
        if len(self._pipes) >= CONNECTIONS:
            return False
        self._pipes.add(pipe)
        return True

    def gone(self, pipe: ClientPipe) -> None:
        """A connection ended."""
        self._pipes.discard(pipe)

    def count(self, received: int) -> bool:
        """Add bytes from upstream; False once the bound is reached, and everything has been cut."""
        self.received += received
        if self.received > self._max_bytes and not self.exhausted:
            self.exhaust()
        return not self.exhausted

    def count_sent(self, sent: int) -> bool:
        """The same for what a page sends: nobody is to be flooded through us."""
        self.sent += sent
        if self.sent > self._max_sent and not self.exhausted:
            self.exhaust()
        return self.sent <= self._max_sent

    def attend(self, pipe: ClientPipe, head: bytes) -> None:
        """Judge and serve one request head in a task of its own."""
        task = asyncio.get_running_loop().create_task(self._attend(pipe, head))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _cut(self) -> None:
        for pipe in tuple(self._pipes):
            pipe.abort()

    async def _attend(self, pipe: ClientPipe, raw: bytes) -> None:
        try:
            head = parse_proxy_head(raw)
        except ProxyHeadError as error:
            return pipe.answer(400, str(error))
        if not hmac.compare_digest(head.credentials, self._credentials):
            return pipe.answer(407, "credentials, please")
        if self.fenced and (head.upgrade or head.method not in PLAIN):
            self.keep_back()
            return pipe.answer(403, "after a press only pages are asked for")
        if pipe.leads_to == head.authority:
            return pipe.forward(head)
        upstream = await self._reach(head, pipe)
        if isinstance(upstream, Fault):
            if len(self.faults) < NAMES:
                self.faults[head.authority] = upstream
            return pipe.answer(403 if upstream.outcome is Outcome.EGRESS_REFUSED else 502, upstream.reason)
        return pipe.join(upstream, head)

    async def _reach(self, head: ProxyHead, pipe: ClientPipe) -> UpstreamPipe | Fault:
        if self._closed or self.exhausted:
            self.refused += 1
            return Fault(Outcome.EGRESS_REFUSED, "bytes of this visit are used up" if self.exhausted else "background")
        try:
            async with asyncio.timeout(DIAL_SECONDS):
                with on_behalf_of(self._page):
                    endpoints = await self._resolver.resolve(head.host, head.port)
                return await self._dial(endpoints, head, pipe)
        except EgressRefusedError as error:
            self.refused += 1
            return Fault(Outcome.EGRESS_REFUSED, str(error))
        except NameNotFoundError as error:
            return Fault(Outcome.DNS_FAILED, str(error))
        except TimeoutError:
            return Fault(Outcome.CONNECT_FAILED, f"{head.authority} took longer than {DIAL_SECONDS} s to answer")
        except OSError as error:
            return Fault(Outcome.CONNECT_FAILED, f"{head.authority}: {error}")

    async def _dial(self, endpoints: tuple[Endpoint, ...], head: ProxyHead, pipe: ClientPipe) -> UpstreamPipe:
        loop = asyncio.get_running_loop()
        for place, endpoint in enumerate(endpoints, start=1):
            last = place == len(endpoints)
            try:
                async with asyncio.timeout(None if last else TRY_SECONDS):
                    _, upstream = await loop.create_connection(
                        lambda: UpstreamPipe(self, pipe, head.authority), endpoint.ip, endpoint.port
                    )
            except OSError:
                if last:
                    raise
            else:
                if len(self.dialled) < NAMES:
                    self.dialled[head.authority] = str(endpoint)
                return upstream
        raise OSError("no address to dial")
