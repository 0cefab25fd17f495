"""Before every call: whose token it is, how often it comes, and how much of a body is read at all."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.errors import StorageError
from takedown.api.problems import problem
from takedown.api.tokens import Caller, find_caller, touch_token
from takedown.web.desk import Desk
from takedown.web.throttle import Throttle

MAX_BODY = 12_000_000  # an order as a file, in base64
MAX_DEPTH = 20
PUBLIC = frozenset({"/health", "/docs", "/openapi.json"})
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_CHANGES = frozenset({"POST", "PUT", "PATCH"})


class Front:
    """ASGI middleware. ``wrong``: tokens that opened nothing, by address; ``calls``: calls, by token."""

    def __init__(self, app: ASGIApp, desk: Desk, wrong: Throttle, calls: Throttle) -> None:
        self._app, self._desk, self._wrong, self._calls = app, desk, wrong, calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers at once, or hands on with the caller and the whole body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused, body = None, b""
        headers, path = Headers(scope=scope), scope["path"]
        if path.removeprefix(scope.get("root_path", "")) not in PUBLIC:
            try:
                refused = await run_in_threadpool(self._identify, scope, headers)
            except StorageError as error:
                refused = ("unavailable", str(error), {})
        refused = refused or _unread(headers, scope["method"])
        if refused is None:
            body = await _read(receive, int(headers.get("content-length") or 0))
            refused = ("malformed", f"JSON sâu hơn {MAX_DEPTH} tầng / deeper than {MAX_DEPTH} levels", {})
            refused = refused if _depth(body) > MAX_DEPTH else None
        if refused is not None:
            kind, words, extra = refused
            await problem(path, kind, words, headers=extra)(scope, receive, send)
            return
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        state["body"] = sha256(body).hexdigest()
        await self._app(scope, _again(body, receive), send)

    def _identify(self, scope: Scope, headers: Headers) -> "Refusal | None":
        now, address = self._desk.clock(), str((scope.get("client") or ("",))[0])
        kind, _, secret = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            words = "gửi Authorization: Bearer lachan_… / send Authorization: Bearer lachan_…"
            return "unauthorised", words, {"WWW-Authenticate": 'Bearer realm="lachan"'}
        with self._desk.reading() as session:
            caller = find_caller(session, secret.strip(), now=now)
        if caller is None:
            return self._unknown(address, now)
        if (until := self._calls.closed_until(str(caller.token_id), now=now)) is not None:
            return "throttled", "quá nhiều lượt gọi / too many calls", _after(until, now)
        self._calls.count(str(caller.token_id), now=now)
        if caller.stale:
            with self._desk.writing() as session:
                touch_token(session, caller.token_id, address=address, now=now)
        scope.setdefault("state", {})["caller"] = caller
        return None

    def _unknown(self, address: str, now: datetime) -> "Refusal":
        if (until := self._wrong.closed_until(address, now=now)) is not None:
            return "throttled", "sai quá nhiều lần / too many wrong tokens", _after(until, now)
        self._wrong.count(address, now=now)
        words = "khóa không mở được gì: sai, hết hạn, đã thu hồi, hoặc mật khẩu hay vai trò của chủ đã đổi / "
        words += "wrong, expired, revoked, or its owner's password or roles have changed"
        return "unauthorised", words, {"WWW-Authenticate": 'Bearer realm="lachan", error="invalid_token"'}


Refusal = tuple[str, str, dict[str, str]]


def caller_of(state: Any) -> Caller:
    """Whose token the request brought. Raises AttributeError on the public addresses, which ask nobody."""
    caller = state.caller
    assert isinstance(caller, Caller)
    return caller


def _after(until: datetime, now: datetime) -> dict[str, str]:
    return {"Retry-After": str(max(1, int((until - now).total_seconds()) + 1))}


def _unread(headers: Headers, method: str) -> Refusal | None:
    """Why a body is not even read."""
    length = headers.get("content-length")
    if length is None:
        bare = method not in _CHANGES and "transfer-encoding" not in headers
        return None if bare else ("length-needed", "gửi Content-Length / send Content-Length", {})
    if not length.isascii() or not length.isdigit():
        return "malformed", "Content-Length không phải là số / is no number", {}
    if int(length) > MAX_BODY:
        return "too-large", f"tối đa {MAX_BODY:,} byte / at most {MAX_BODY:,} bytes", {}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if int(length) and kind != "application/json":
        return "media-type", "gửi Content-Type: application/json / send Content-Type: application/json", {}
    return None


async def _read(receive: Receive, length: int) -> bytes:
    """No more than was announced; a server that keeps to HTTP hands over no more anyway."""
    parts, got, more = [], 0, True
    while more and got <= length:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        got, more = got + len(parts[-1]), bool(message.get("more_body"))
    return b"".join(parts)[:length]


def _depth(body: bytes) -> int:
    """How deep its brackets go, strings apart; reads a megabyte in some 20 ms, and stops past the bound."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(body):
        sign = match.group()[:1]
        if sign in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                break
        elif sign in b"]}":
            depth -= 1
    return deepest


def _again(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """The body once more; afterwards whatever the connection says."""
    handed = False

    async def hand() -> Message:
        nonlocal handed
        if handed:
            return await receive()
        handed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return hand
