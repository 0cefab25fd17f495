"""Puts the certificates inside a time-stamp answer into DER's order, which OpenSSL's authorities do not keep.

A strict reader refuses such answers although the signature does not cover that order. Only the copy that is read is
changed; what is stored stays as it came.
"""

from dataclasses import dataclass

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0


@dataclass(frozen=True, slots=True)
class _Item:
    """A DER value: its tag, and where it starts, where its content starts and where it ends."""

    tag: int
    start: int
    content: int
    end: int


def order_certificates(answer: bytes) -> bytes:
    """The same bytes with the certificates sorted; as they came where the shape is another."""
    try:
        found = _certificates(answer)
        if found is None:
            return answer
        ordered = sorted(answer[item.start : item.end] for item in _items(answer, found))
    except (ValueError, IndexError):
        return answer
    return answer[: found.content] + b"".join(ordered) + answer[found.end :]


def _certificates(answer: bytes) -> _Item | None:
    """response {status, token {type, [0] {signed {version, digests, content, [0] certificates, ...}}}}"""
    response = _item(answer, 0, len(answer))
    token = _items(answer, response)[1]
    wrapped = _items(answer, token)[1]
    signed = _items(answer, wrapped)[0]
    if {response.tag, token.tag, signed.tag} != {_SEQUENCE} or wrapped.tag != _CONTEXT_0:
        return None
    return next((item for item in _items(answer, signed)[3:4] if item.tag == _CONTEXT_0), None)


def _items(data: bytes, parent: _Item) -> list[_Item]:
    items, at = [], parent.content
    while at < parent.end:
        items.append(_item(data, at, parent.end))
        at = items[-1].end
    return items


def _item(data: bytes, at: int, end: int) -> _Item:
    length, content = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ValueError("a length that DER does not allow here")
        length, content = int.from_bytes(data[content : content + size]), content + size
    if content + length > end:
        raise ValueError("a value that reaches beyond its parent")
    return _Item(data[at], at, content, content + length)
