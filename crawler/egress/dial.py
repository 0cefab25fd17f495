"""Opens checked TCP connections for everything that is not Scrapy or a browser: WHOIS, certificates, time-stamps."""

import asyncio
import socket
import ssl
import time
from dataclasses import dataclass

from crawler.egress.policy import EgressPolicy
from crawler.egress.resolver import Endpoint, Resolver

TRIES = 4  # addresses of one host


@dataclass(frozen=True, slots=True)
class Dialled:
    """An open connection and the address that it goes to."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    endpoint: Endpoint


async def open_stream(
    policy: EgressPolicy,
    host: str,
    port: int,
    *,
    seconds: float = 10.0,
    tls: ssl.SSLContext | None = None,
    ports: frozenset[int] | None = None,
) -> Dialled:
    """Resolve, judge and dial ``host:port``. ``ports`` names the ports of this protocol when the policy's are others'.

    Raises EgressRefusedError, NameNotFoundError, TimeoutError or OSError.
    """
    async with asyncio.timeout(seconds):
        endpoints = await Resolver(policy, ports=ports).resolve(host, port)
        failure: OSError | None = None
        for endpoint in endpoints[:TRIES]:
            try:
                reader, writer = await asyncio.open_connection(
                    endpoint.ip, endpoint.port, ssl=tls, server_hostname=host.rstrip(".") if tls else None
                )
                return Dialled(reader, writer, endpoint)
            except OSError as error:
                failure = error
    assert failure is not None
    raise failure


def connect(
    policy: EgressPolicy, host: str, port: int, timeout: float, *, ports: frozenset[int] | None = None
) -> socket.socket:
    """The same, blocking: a connected socket whose time-out is ``timeout`` seconds. The name's look-up is the system's,
    with the system's own time-out.

    Raises EgressRefusedError, NameNotFoundError, TimeoutError or OSError.
    """
    deadline = time.monotonic() + timeout
    failure: OSError = TimeoutError(f"{host}:{port} took longer than {timeout} s")
    for endpoint in Resolver(policy, ports=ports).resolve_now(host, port)[:TRIES]:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return _dial(endpoint, left, timeout)
        except OSError as error:
            failure = error
    raise failure


def _dial(endpoint: Endpoint, left: float, timeout: float) -> socket.socket:
    connection = socket.socket(endpoint.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(left)
        connection.connect((endpoint.ip, endpoint.port))
        connection.settimeout(timeout)
    except BaseException:
        connection.close()
        raise
    return connection
