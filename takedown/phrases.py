"""Our own English sentences, kept as they were written, told in Vietnamese: a table of whole phrases with blanks."""

import re
from collections.abc import Mapping
from functools import cached_property


class Phrases:
    """``table``: a pattern that a whole phrase matches, and the Vietnamese for it with ``{0}`` where its first blank
    goes. What fills a blank stays as it is."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple((re.compile(pattern, re.DOTALL), vietnamese) for pattern, vietnamese in self._table.items())

    def told(self, phrase: str) -> str | None:
        """The phrase in Vietnamese; None where it is none of these."""
        for pattern, vietnamese in self._patterns:
            if found := pattern.fullmatch(phrase):
                return vietnamese.format(*found.groups())
        return None
