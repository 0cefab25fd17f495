"""The checked connector: aiohttp resolves through our policy, and each socket is judged again when it is made."""

import socket
from typing import Any

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.egress.policy import EgressPolicy
from crawler.egress.resolver import NameNotFoundError, Resolver


class CheckedResolver(AbstractResolver):
    """Gives aiohttp addresses that were judged; a refusal passes through it as EgressRefusedError."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._resolver = Resolver(policy)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises OSError, as aiohttp expects, when the name has no address."""
        try:
            endpoints = await self._resolver.resolve(host, port)
        except NameNotFoundError as error:
            raise OSError(0, str(error)) from error
        return [
            ResolveResult(
                hostname=host,
                host=endpoint.ip,
                port=endpoint.port,
                family=endpoint.family,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for endpoint in endpoints
        ]

    async def close(self) -> None:
        """Nothing is held."""


def checked_connector(policy: EgressPolicy, **options: Any) -> aiohttp.TCPConnector:
    """A connector that dials only what ``policy`` allows; ``options`` are TCPConnector's limits."""

    def judged_socket(info: AddrInfoType) -> socket.socket:
        # aiohttp hands literal addresses straight to the dialler, past the resolver: this is the last look at both.
        family, kind, protocol, _, address = info
        policy.check(str(address[0]), int(address[1]))
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(resolver=CheckedResolver(policy), socket_factory=judged_socket, **options)
