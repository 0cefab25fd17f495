"""Tells a browser's sockets from its pages by how their TLS begins; pure.

A WebSocket cannot be spoken over HTTP/2 without being asked for, so that a browser offers «http/1.1» alone for it
(RFC 7301 names the protocols in the clear), and both for everything else.
"""

HANDSHAKE, CLIENT_HELLO = 22, 1
ALPN = 16
MOST_BYTES = 16_384  # of a record, by RFC 8446 §5.1


def offers_pages(begun: bytes) -> bool | None:
    """Whether the first bytes of a connection are a TLS hello that offers HTTP/2; None: more bytes are needed."""
    if begun[:1] and begun[0] != HANDSHAKE:
        return False
    if len(begun) < 5:
        return None
    size = int.from_bytes(begun[3:5])
    if size > MOST_BYTES:
        return False
    if len(begun) < 5 + size:
        return None
    try:
        return b"h2" in _protocols(begun[5 : 5 + size])
    except IndexError:
        return False


def _protocols(hello: bytes) -> list[bytes]:
    """The names that a hello offers. Raises IndexError where it is none."""
    if hello[0] != CLIENT_HELLO:
        return []
    place = 4 + 2 + 32  # type and length, version, random
    place += 1 + hello[place]  # session
    place += 2 + int.from_bytes(hello[place : place + 2])  # ciphers
    place += 1 + hello[place]  # compression
    place += 2  # the extensions' length
    while place + 4 <= len(hello):
        kind, size = int.from_bytes(hello[place : place + 2]), int.from_bytes(hello[place + 2 : place + 4])
        if kind == ALPN:
            return _names(hello[place + 6 : place + 4 + size])
        place += 4 + size
    return []


def _names(listed: bytes) -> list[bytes]:
    names, place = [], 0
    while place < len(listed):
        names.append(listed[place + 1 : place + 1 + listed[place]])
        place += 1 + listed[place]
    return names
