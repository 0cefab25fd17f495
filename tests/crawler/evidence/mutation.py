"""Harm done to stored bytes."""

import random
from collections.abc import Callable


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Other bytes: one flipped, cut, added, doubled, or a stretch moved."""
    at = chance.randrange(len(data))
    ways: list[Callable[[], bytes]] = [
        lambda: data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :],
        lambda: data[:at],
        lambda: data[:at] + data[at + 1 :],
        lambda: data + bytes([chance.randrange(256)]),
        lambda: data[:at] + bytes([chance.randrange(256)]) + data[at:],
        lambda: data[at:] + data[:at],
        lambda: data + data,
    ]
    changed = data
    while changed == data:
        changed = chance.choice(ways)()
        at = chance.randrange(len(data))
    return changed
