"""Undoes HTTP content codings within a bound, whatever the bytes are: gzip, deflate, Brotli, Zstandard."""

import zlib
from collections.abc import Callable

STEP = 65_536
LAYERS = 3  # of codings upon each other; servers use one


def decode_content(body: bytes, coding: str, limit: int) -> bytes:
    """At most ``limit`` bytes of the content. What ends early gives what there is; what is not so coded stays as it is.

    Raises ValueError for a coding that nobody here can read.
    """
    layers = [layer.strip().lower() for layer in coding.split(",") if layer.strip().lower() not in {"", "identity"}]
    if len(layers) > LAYERS:
        raise ValueError(f"{len(layers)} content codings upon each other")
    for layer in reversed(layers):
        if layer not in _DECODERS:
            raise ValueError(f"content coding {layer[:40]!r}")
        body = _DECODERS[layer](body, limit)
    return body[:limit]


def _inflate(body: bytes, limit: int) -> bytes:
    for window in (zlib.MAX_WBITS + 32, -zlib.MAX_WBITS):  # gzip or zlib by its head; then bare deflate
        content = _inflate_as(window, body, limit)
        if content:
            return content
    return body


def _inflate_as(window: int, body: bytes, limit: int) -> bytes:
    unpacker, parts, size, rest = zlib.decompressobj(window), [], 0, body
    try:
        while size < limit and not unpacker.eof:
            part = unpacker.decompress(rest, min(STEP, limit - size))
            rest = unpacker.unconsumed_tail
            if not part and not rest:
                break
            parts.append(part)
            size += len(part)
    except zlib.error:
        return b"".join(parts)
    return b"".join(parts)


def _unbrotli(body: bytes, limit: int) -> bytes:
    import brotli  # type: ignore[import-untyped]  # comes with Scrapy

    unpacker, parts, size, rest = brotli.Decompressor(), [], 0, body
    try:
        while size < limit and not unpacker.is_finished():
            part = unpacker.process(rest, output_buffer_limit=STEP)
            rest = b""
            if not part:
                break
            parts.append(part)
            size += len(part)
    except brotli.error:
        return b"".join(parts) or body
    return b"".join(parts) or body


def _unzstd(body: bytes, limit: int) -> bytes:
    from backports import zstd  # comes with Scrapy

    unpacker, parts, size, rest = zstd.ZstdDecompressor(), [], 0, body
    try:
        while size < limit and not unpacker.eof:
            part = unpacker.decompress(rest, max_length=STEP)
            rest = b""
            if not part and unpacker.needs_input:
                break
            parts.append(part)
            size += len(part)
    except zstd.ZstdError:
        return b"".join(parts) or body
    return b"".join(parts) or body


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
