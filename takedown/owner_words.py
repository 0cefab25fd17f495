"""What is shown where an owner's name is sealed or was erased."""

from collections.abc import Mapping
from typing import Any

from storage.owner_names import ERASED, FIELD, ORGANISATION, Marker

NOT_SHOWN = "[…]"


def owner_words(marker: Marker, language: str) -> str:
    """What stands where an owner's name is sealed or was erased: what he is, and that the name is not to be seen."""
    kinds = {ORGANISATION: ("tổ chức", "organisation")}
    states = {ERASED: ("tên đã xóa", "name erased")}
    kind = kinds.get(marker.kind, ("chủ thể", "owner"))[language == "en"]
    state = states.get(marker.state, ("tên niêm phong", "name sealed"))[language == "en"]
    return f"{kind} {marker.number} ({state})"


def unnamed(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a history or of the audit log as it may be shown: without the owners' names, and marks of them, that
    lines from before names were sealed hold. The line itself stays as it is, or the chain would not hold."""
    shown = dict(detail)
    if shown.get("field") == FIELD:
        shown |= {side: NOT_SHOWN for side in ("before", "after") if side in shown}
    if isinstance(shared := shown.get("shared"), list):
        shown["shared"] = [FIELD if str(words).startswith(f"{FIELD} ") else words for words in shared]
    return shown
