"""Puts one question to a WHOIS server and reads its answer, within bounds."""

import asyncio
import time
from dataclasses import dataclass

from crawler.detection.facts import LookupState
from crawler.egress.dial import open_stream
from crawler.egress.policy import EgressPolicy
from crawler.egress.resolver import NameNotFoundError
from crawler.enrichment.answer import plain
from crawler.errors import EgressRefusedError

WHOIS_PORT = 43
CHUNK_BYTES = 8_192


@dataclass(frozen=True, slots=True)
class Said:
    """Bytes of one server, or why there are none. ``state`` None: they are whole."""

    body: bytes = b""
    state: LookupState | None = None
    reason: str = ""


async def converse(policy: EgressPolicy, host: str, port: int, question: str, *, limit: int, deadline: float) -> Said:
    """Put the question and read to the end, ``limit`` bytes or the ``deadline`` of the monotonic clock."""
    body = bytearray()
    left = max(deadline - time.monotonic(), 0.1)
    ports = frozenset({WHOIS_PORT, port})
    try:
        async with asyncio.timeout(left):
            dialled = await open_stream(policy, host, port, seconds=left, ports=ports)
            try:
                dialled.writer.write(f"{question}\r\n".encode("ascii"))
                await dialled.writer.drain()
                while chunk := await dialled.reader.read(CHUNK_BYTES):
                    body += chunk
                    if len(body) > limit:
                        return Said(bytes(body[:limit]), LookupState.FAILED, f"the answer is longer than {limit} bytes")
            finally:
                dialled.writer.transport.abort()
    except TimeoutError:
        return Said(bytes(body), LookupState.TIMED_OUT, f"no whole answer within {left:.0f} s")
    except (EgressRefusedError, NameNotFoundError, OSError, ValueError) as error:
        return Said(bytes(body), LookupState.FAILED, plain(f"{type(error).__name__}: {error}"))
    return Said(bytes(body))
