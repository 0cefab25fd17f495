"""How much found phrases weigh together: one says little, three of a kind say all they can."""

from crawler.detection.concepts import Sense
from crawler.detection.lexicon import Hit
from crawler.detection.rule import Finding

_LEAST = 0.5  # weight below which ordinary words stay without consequence
_FULL = 2.5  # the first phrase counts for more than the next ones; two strong ones say all


def weigh(hits: tuple[Hit, ...], *, least: float = _LEAST) -> Finding | None:
    """One finding from phrases, strongest first. A phrase inside another found one counts once.

    Ordinary words (weak ones) and lexicons that never count alone only add to a phrase of more weight.
    """
    kept: list[Hit] = []
    for hit in hits:
        if not any(other.start <= hit.start and hit.end <= other.end for other in kept):
            kept.append(hit)
    weight = sum(hit.phrase.weight for hit in kept)
    if weight < least or not any(hit.phrase.alone and hit.phrase.weight >= least for hit in kept):
        return None
    words = "», «".join(hit.phrase.text for hit in kept[:4])
    shown = " … ".join(hit.words for hit in kept[:2])
    return Finding(shown, min(1.0, 0.35 + weight / _FULL), {"words": words})


_FEWEST, _EACH_MORE = 0.7, 0.15


def weigh_cues(sense: Sense | None, needed: int) -> Finding | None:
    """One finding from the cues of a kind of offer: full strength with two more than are needed to be told."""
    if sense is None:
        return None
    strength = min(1.0, _FEWEST + _EACH_MORE * (len(sense.parts) - needed))
    return Finding(sense.words, strength, {"words": sense.words[:120]})
