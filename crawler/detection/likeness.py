"""Whether two marks of pictures (``crawler/parsing/likeness.py``) are of one picture."""

from functools import lru_cache

_APART = 14  # of 200 bits
_WIDER = 1.15  # times
_DRAWN = "svg:"  # how marks of drawings begin (``crawler/parsing/drawings.py``)


@lru_cache(maxsize=8192)
def _read(mark: str) -> tuple[int, int] | None:
    """Width in percent of the height, and the bits; None for no mark."""
    width, _, bits = mark.partition(":")
    try:
        return (int(width), int(bits, 16)) if int(width) > 0 else None
    except ValueError:
        return None


def alike(first: str, second: str) -> bool:
    """Do both show the same, as far as marks tell? False where either is no mark; a drawing's is one or another."""
    if first.startswith(_DRAWN):
        return first == second
    one, other = _read(first), _read(second)
    if one is None or other is None:
        return False
    narrow, wide = sorted((one[0], other[0]))
    return wide <= narrow * _WIDER and (one[1] ^ other[1]).bit_count() <= _APART
