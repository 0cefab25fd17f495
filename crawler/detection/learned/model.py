"""The learned model as it ships: a few thousand small numbers, read and applied with the standard library alone."""

import json
from array import array
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.detection.errors import RuleError
from crawler.detection.learned.features import BUCKETS, PageFeatures

HERE = Path(__file__).parent
FORMAT = 1
STATEMENT = 0.3  # what one statement about the structure counts, before its weight
_FEW = 60  # pieces under which a page's words count less: three words prove nothing
_TERMS = 5


@dataclass(frozen=True, slots=True)
class Opinion:
    """``log_odds``: how much likelier such a page is among frauds than among honest pages; ``terms`` weigh most."""

    log_odds: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """Weights of a logistic regression. ``slope`` and ``offset`` were fitted on pages kept out of its training."""

    bias: float
    slope: float
    offset: float
    scale: float  # what one step of a stored weight stands for
    weights: tuple[int, ...]
    structure: Mapping[str, float]

    def judge(self, features: PageFeatures) -> Opinion:
        """What the model makes of a page, and why."""
        buckets = {bucket for pieces in features.words.values() for bucket in pieces}
        share = self.scale / max(len(buckets), _FEW) ** 0.5
        weights = self.weights
        words = share * sum(weights[bucket] for bucket in buckets)
        stated = {name: STATEMENT * self.structure.get(name, 0.0) for name in features.structure}
        log_odds = self.slope * (self.bias + words + sum(stated.values())) + self.offset
        said = {word: share * sum(weights[piece] for piece in pieces) for word, pieces in features.words.items()}
        ranked = sorted({**said, **stated}.items(), key=lambda row: (-row[1], row[0]))
        return Opinion(log_odds, tuple(name for name, weight in ranked[:_TERMS] if weight > 0))


def parse_model(text: str) -> LearnedModel:
    """The model in an artifact. Raises RuleError for one that this program cannot apply."""
    try:
        row = json.loads(text)
        if row["format"] != FORMAT or row["buckets"] != BUCKETS:
            raise RuleError("the learned model was made for another version; train it again with `lachan train`")
        weights = tuple(array("b", b64decode(row["weights"], validate=True)))
        if len(weights) != BUCKETS:
            raise RuleError("the learned model is cut short; train it again with `lachan train`")
        structure = {str(name): float(weight) for name, weight in row["structure"].items()}
        bias, slope, offset, scale = (float(row[name]) for name in ("bias", "slope", "offset", "scale"))
        return LearnedModel(bias, slope, offset, scale, weights, structure)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleError(f"the learned model cannot be read ({error!r}); train it again with `lachan train`") from error


def model_text(model: LearnedModel, card: Mapping[str, object]) -> str:
    """The artifact: JSON with the card beside the numbers."""
    row = {
        "format": FORMAT,
        "card": card,
        "buckets": BUCKETS,
        "bias": round(model.bias, 5),
        "slope": round(model.slope, 5),
        "offset": round(model.offset, 5),
        "scale": model.scale,
        "structure": {name: round(weight, 4) for name, weight in sorted(model.structure.items())},
        "weights": b64encode(array("b", model.weights).tobytes()).decode(),
    }
    return json.dumps(row, ensure_ascii=False, indent=1) + "\n"


@cache
def shipped_model() -> LearnedModel:
    """The model that ships with this version."""
    return parse_model((HERE / "model.json").read_text(encoding="utf-8"))
