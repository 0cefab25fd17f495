"""The ladder of levels as storage spells them, so that cases can be compared without knowing how they were scored."""

UNKNOWN = "unknown"
LADDER = (UNKNOWN, "clean", "watch", "suspicious", "likely", "near_certain")


def level_rank(level: str) -> int:
    """The place on the ladder; a word that is not on it ranks as unknown, since it says nothing that we know."""
    return LADDER.index(level) if level in LADDER else 0


def levels_from(level: str) -> tuple[str, ...]:
    """``level`` and everything above it. Raises ValueError for a word that is not on the ladder."""
    if level not in LADDER:
        raise ValueError(f"`{level}` is no level; use one of {', '.join(LADDER)}")
    return LADDER[LADDER.index(level) :]
