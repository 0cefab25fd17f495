"""What is shown where an owner's name is sealed or was erased."""

from storage.owner_names import ERASED, ORGANISATION, Marker


def owner_words(marker: Marker, language: str) -> str:
    """What stands where an owner's name is sealed or was erased: what he is, and that the name is not to be seen."""
    kinds = {ORGANISATION: ("tổ chức", "organisation")}
    states = {ERASED: ("tên đã xóa", "name erased")}
    kind = kinds.get(marker.kind, ("chủ thể", "owner"))[language == "en"]
    state = states.get(marker.state, ("tên niêm phong", "name sealed"))[language == "en"]
    return f"{kind} {marker.number} ({state})"
