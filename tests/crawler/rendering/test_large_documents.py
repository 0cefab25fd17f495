"""A document that is larger than is kept is not loaded any further; needs no browser."""

import asyncio
import base64
from dataclasses import replace
from typing import Any, cast

from crawler.bounds import DEFAULT_BOUNDS
from crawler.rendering.recorder import LARGER, NetworkRecorder
from crawler.rendering.session import DevtoolsSession, Handler, Json


class Session:
    """Hands out events, and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._handlers: dict[str, Handler] = {}

    def on(self, method: str, handler: Handler) -> None:
        self._handlers[method] = handler

    def tell(self, method: str, **_: Any) -> None:
        self.told.append(method)

    async def call(self, method: str, seconds: float, **_: Any) -> Json:
        return {"bufferedData": ""}

    async def happens(self, name: str, **event: Any) -> None:
        self._handlers[f"Network.{name}"]({"requestId": "1", **event})
        await asyncio.sleep(0)  # the stream begins
        await asyncio.sleep(0)


async def load(kind: str, pieces: int) -> tuple[NetworkRecorder, Session]:
    recorder, session = NetworkRecorder(replace(DEFAULT_BOUNDS, resource_bytes=10_000)), Session()
    recorder.attach(cast(DevtoolsSession, session))
    request = {"url": "http://a.example/", "method": "GET", "headers": {}}
    await session.happens("requestWillBeSent", request=request, type=kind, wallTime=1.8e9)
    await session.happens("responseReceived", response={"status": 200, "headers": {}})
    for _ in range(pieces):
        await session.happens("dataReceived", data=base64.b64encode(b"x" * 4_000).decode())
    return recorder, session


def test_a_document_beyond_its_bound_is_not_loaded_further() -> None:
    recorder, session = asyncio.run(load("Document", 6))
    main = recorder.latest("1")
    assert main is not None
    assert (len(b"".join(main.pieces or ())), main.truncated, main.failure) == (10_000, True, LARGER)
    assert session.told == ["Page.stopLoading"], "once"


def test_what_fits_and_what_is_no_document_stops_nothing() -> None:
    for kind, pieces in (("Document", 2), ("Image", 6)):
        _, session = asyncio.run(load(kind, pieces))
        assert session.told == []
