"""Undoes HTTP content codings within a bound, whatever the bytes are: gzip, deflate, Brotli, Zstandard."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # comes with Scrapy
from backports import zstd  # comes with Scrapy

ACCEPT = "gzip, deflate, br, zstd"
LAYERS = 3  # of codings upon each other; servers use one
PIECE = 1024  # bytes of input at a time
STEP = 65_536  # bytes of output at a time
FRAMES = 256  # of Zstandard in one content; servers send one, and to begin one costs more than to read it
WINDOW_LOG = 23  # Zstandard's window, RFC 9659: a frame that wants more memory is refused, as by browsers
SAMPLE = 512
GZIP_MAGIC = b"\x1f\x8b"
CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
BROKEN = (zlib.error, brotli.error, zstd.ZstdError)


@dataclass(frozen=True, slots=True)
class Content:
    """What was under the codings. ``whole``: no stream broke off or broke down; ``over``: there was more than the bound
    allows, and ``body`` is its beginning."""

    body: bytes
    whole: bool = True
    over: bool = False


class Unpacker(Protocol):
    """One coded stream. ``done``: what was fed ends where it may. ``closed``: whatever follows is none of it. ``feed``
    gives at most about ``STEP`` bytes and raises one of ``BROKEN``; what it holds back comes by feeding it nothing."""

    @property
    def done(self) -> bool: ...

    @property
    def closed(self) -> bool: ...

    def feed(self, data: bytes) -> bytes: ...


def decode_content(body: bytes, coding: str, limit: int) -> bytes:
    """At most ``limit`` bytes of the content. What ends early gives what there is; what is not so coded stays as it is.

    Raises ValueError for a coding that nobody here can read.
    """
    return undo_codings(body, coding, limit).body


def undo_codings(body: bytes, coding: str, limit: int) -> Content:
    """The content of ``body`` as the header Content-Encoding describes it: a list, the last applied first undone.

    Raises ValueError for a coding that nobody here can read.
    """
    layers = [layer.strip().lower() for layer in coding.split(",") if layer.strip().lower() not in {"", "identity"}]
    if len(layers) > LAYERS:
        raise ValueError(f"{len(layers)} content codings upon each other")
    if unknown := [layer for layer in layers if layer not in _STARTS]:
        raise ValueError(f"content coding {unknown[-1][:40]!r}")
    whole, over = True, len(body) > limit and not layers
    for layer in reversed(layers):
        content = _undo(body, layer, limit)
        body, whole, over = content.body, whole and content.whole, over or content.over
    return Content(body[:limit], whole, over)


def _undo(body: bytes, layer: str, limit: int) -> Content:
    for start in _STARTS[layer]:
        content = _unpack(start, body, limit)
        if content is not None:
            return content
    return Content(body[:limit], over=len(body) > limit)


def _unpack(start: Callable[[], Unpacker], body: bytes, limit: int) -> Content | None:
    """The stream's content, or None where ``body`` is no such stream."""
    unpacker, content = start(), bytearray()
    broken_at = _run(unpacker, body, PIECE, content, limit)
    if broken_at is not None:
        # What the call that failed had already unpacked is lost with it, and a page may end in a wrong checksum, which
        # browsers pass over: the same again up to that piece, then byte by byte.
        unpacker, content = start(), bytearray()
        _run(unpacker, body[:broken_at], PIECE, content, limit)
        _run(unpacker, body[broken_at : broken_at + PIECE], 1, content, limit)
    if len(content) > limit:
        return Content(bytes(content[:limit]), over=True)
    if broken_at is not None and isinstance(unpacker, _Inflater) and _whole_but_for_its_sum(body, len(content)):
        return Content(bytes(content))
    if broken_at is None and unpacker.done:
        return Content(bytes(content)) if content or len(body) <= SAMPLE else None
    if not content or _reads_as_text(body):
        return None
    return Content(bytes(content), whole=False)


def _run(unpacker: Unpacker, body: bytes, piece: int, content: bytearray, limit: int) -> int | None:
    """Append to ``content`` until the stream or ``body`` ends or the bound is passed; where a piece broke the stream,
    the offset of that piece."""
    for offset in range(0, len(body), piece):
        data = body[offset : offset + piece]
        try:
            while not unpacker.closed and len(content) <= limit:
                part = unpacker.feed(data)
                data = b""
                if not part:
                    break
                content += part
        except BROKEN:
            return offset
        if unpacker.closed or len(content) > limit:
            break
    return None


def _whole_but_for_its_sum(body: bytes, size: int) -> bool:
    """Whether the deflate stream within came to its own end after ``size`` bytes: then the checksum alone is wrong,
    which browsers pass over."""
    bare, content = _bare_deflate(), bytearray()
    broken_at = _run(bare, body[_head_length(body) :], PIECE, content, size)
    return broken_at is None and bare.done and len(content) == size


def _head_length(body: bytes) -> int:
    """How long the head of a gzip or zlib stream is (RFC 1952, 1950)."""
    if body[:2] != GZIP_MAGIC or len(body) < 10:
        return 2
    flags, at = body[3], 10
    if flags & 4:  # an extra field, its length before it
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for flag in (8, 16):  # a file name, a comment, each ended by a zero
        if flags & flag:
            at = body.find(b"\0", at) + 1 or len(body)
    return at + (2 if flags & 2 else 0)


def _reads_as_text(body: bytes) -> bool:
    """Neither Brotli nor bare deflate has a mark to know it by, and text may pass for the beginning of either."""
    sample = body[:SAMPLE]
    return len(sample.translate(None, CONTROLS)) == len(sample)


class _Inflater:
    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    @property
    def done(self) -> bool:
        return self._inner.eof

    closed = done

    def feed(self, data: bytes) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, STEP)


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def done(self) -> bool:
        return bool(self._inner.is_finished())

    closed = done

    def feed(self, data: bytes) -> bytes:
        return bytes(self._inner.process(data, output_buffer_limit=STEP))


class _Zstandard:
    """Up to ``FRAMES`` frames, those to be skipped among them: they are one content (RFC 8878, 3.1), and browsers show
    it as one."""

    closed = False

    def __init__(self) -> None:
        self._inner = self._frame()
        self._rest = b""
        self._frames = 1

    @staticmethod
    def _frame() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW_LOG})

    @property
    def done(self) -> bool:
        return self._inner.eof and not self._rest

    def feed(self, data: bytes) -> bytes:
        data = self._rest + data
        self._rest = b""
        while True:
            if self._inner.eof:
                if not data:
                    return b""
                if self._frames == FRAMES:
                    raise zstd.ZstdError(f"more than {FRAMES} frames")
                self._frames += 1
                self._inner = self._frame()
            part = self._inner.decompress(data, max_length=STEP)
            data = self._inner.unused_data if self._inner.eof else b""
            if part:
                self._rest = data
                return part
            if not self._inner.eof:
                return b""


def _gzip_or_zlib() -> Unpacker:
    return _Inflater(zlib.MAX_WBITS + 32)  # by its head


def _bare_deflate() -> Unpacker:
    return _Inflater(-zlib.MAX_WBITS)


_STARTS: dict[str, tuple[Callable[[], Unpacker], ...]] = {
    "gzip": (_gzip_or_zlib,),
    "x-gzip": (_gzip_or_zlib,),
    "deflate": (_gzip_or_zlib, _bare_deflate),
    "br": (_Brotli,),
    "zstd": (_Zstandard,),
}
