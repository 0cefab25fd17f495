"""JSON-LD of a page as a flat list of its objects."""

import json

from crawler.parsing.document import Document

OBJECTS = 2_000


def structured_objects(document: Document) -> list[dict[str, object]]:
    """Every object in every readable JSON-LD block, outer ones first; broken blocks are passed over."""
    found: list[dict[str, object]] = []
    for block in document.data_scripts[:40]:
        pending: list[object] = [_load(block)]
        while pending and len(found) < OBJECTS:
            value = pending.pop(0) if len(pending) < 64 else pending.pop()
            if isinstance(value, dict):
                found.append(value)
                pending.extend(inner for inner in value.values() if isinstance(inner, dict | list))
            elif isinstance(value, list):
                pending.extend(value[:500])
    return found


def _load(block: str) -> object:
    try:
        return json.loads(block.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def types_of(thing: dict[str, object]) -> set[str]:
    """The ``@type`` names of one object."""
    types = thing.get("@type")
    return {str(name) for name in (types if isinstance(types, list) else [types]) if name}
