"""``PageFacts`` to JSON and back, the same bytes for the same facts: for storage and for expected files."""

import dataclasses
import json
import types
import typing
from datetime import datetime
from enum import Enum
from functools import cache

from crawler.detection.facts import PageFacts


def facts_to_json(facts: PageFacts, *, indent: int | None = None, compact: bool = True) -> str:
    """JSON text with sorted keys. ``compact`` leaves out what equals its default."""
    return json.dumps(_encode(facts, compact), ensure_ascii=False, sort_keys=True, indent=indent)


def facts_from_json(text: str) -> PageFacts:
    """Read what ``facts_to_json`` wrote; unknown names are ignored so that older readers survive newer rows.

    Raises ``ValueError`` when the text is no JSON object of facts.
    """
    try:
        value = json.loads(text)
        return typing.cast(PageFacts, _decode(PageFacts, value))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"not the JSON of a page's facts: {error}") from error


def _encode(value: object, compact: bool) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {field.name: _encode(inner, compact) for field, inner in pairs if not compact or inner != field.default}
    if isinstance(value, tuple):
        return [_encode(inner, compact) for inner in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def _decode(kind: object, value: object) -> object:
    origin = typing.get_origin(kind)
    if origin is types.UnionType or origin is typing.Union:
        inner = [option for option in typing.get_args(kind) if option is not type(None)]
        return None if value is None else _decode(inner[0], value)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), value)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _decode_record(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return datetime.fromisoformat(str(value)) if kind is datetime else value


def _decode_tuple(kinds: tuple[object, ...], value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {type(value).__name__}")
    if kinds[-1] is Ellipsis:
        return tuple(_decode(kinds[0], inner) for inner in value)
    return tuple(_decode(kind, inner) for kind, inner in zip(kinds, value, strict=True))


def _decode_record(kind: type, value: object) -> object:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object for {kind.__name__}, found {type(value).__name__}")
    known = _kinds(kind)
    return kind(**{name: _decode(known[name], inner) for name, inner in value.items() if name in known})


@cache
def _kinds(kind: type) -> dict[str, object]:
    return dict(typing.get_type_hints(kind))
