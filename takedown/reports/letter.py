"""An official letter as plain values, in the parts that Decree 30/2020 names; how it looks is for the renderers."""

from dataclasses import dataclass, field

from takedown.inert import inert

_MAX_LINE = 20_000
_HEADING_CHARACTERS = 24  # of capitals that the left column of the head holds on a line
_PLACES = ("THÀNH PHỐ ", "TỈNH ")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for an annex; ``data`` is JPEG or PNG that this program encoded itself."""

    caption: str
    data: bytes = field(repr=False)
    media_type: str = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex with its own heading. ``exact``: columns whose text must be copied letter by letter."""

    title: str
    intro: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    exact: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()  # per cent, one a column; () leaves it to the renderer
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A công văn. Number, day and signature stay blank: the registry clerk and the signer fill them in.

    ``legal`` are printed as «Căn cứ ...»; ``translation`` is the same letter's gist for a foreign recipient, on a page
    of its own; ``urgency`` is a stamp such as «HỎA TỐC», or "".
    """

    superior: str
    agency: str
    symbol: str
    place: str
    year: int
    subject: str
    to: tuple[str, ...]
    legal: tuple[str, ...]
    paragraphs: tuple[str, ...]
    signer: tuple[str, ...]
    copies: tuple[str, ...]
    filing: str = ""
    urgency: str = ""
    annexes: tuple[Annex, ...] = ()
    translation: tuple[str, ...] = ()
    reference: str = ""  # our own reference, printed small at the foot


def roman(number: int) -> str:
    """1 to 3999 as annexes are numbered."""
    words = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        words += letters * count
    return words


def listed(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Lines that end in «;», the last one in «.»."""
    return tuple(
        entry.rstrip(" .;") + ("." if place == len(entries) - 1 else ";") for place, entry in enumerate(entries)
    )


def inert_words(text: str) -> str:
    """A stranger's words for paper: nothing in them turns the reading round, hides, or cannot be printed."""
    return "\n".join(inert(line, limit=_MAX_LINE) for line in text.split("\n"))


def heading_lines(superior: str) -> tuple[str, ...]:
    """The upper agency on one line or two: a long one breaks before its city or province, never within the name."""
    place = max(superior.find(f" {word}") for word in _PLACES)
    if len(superior) <= _HEADING_CHARACTERS or place <= 0:
        return (superior,)
    return superior[:place], superior[place + 1 :]
