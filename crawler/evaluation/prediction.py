"""What the engine said of one sample, in the form that others can compute their own figures from."""

from dataclasses import dataclass
from enum import StrEnum

from crawler.detection.score import Level
from crawler.evaluation.labelled import Sample


class Fate(StrEnum):
    """How judging ended. Only JUDGED and FIRST_LOOK carry a level that means something."""

    JUDGED = "judged"
    FIRST_LOOK = "first_look"  # the cheap reader saw nothing worth a closer look: counts as clean
    UNREADABLE = "unreadable"  # nothing of the page's own to read
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"  # the judging process died: memory, or a fault of a library
    FAILED = "failed"  # a mistake of ours, with its message


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal of a prediction."""

    rule: str
    family: str
    points: float
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """``score``: log-odds points, the ranking; ``level``: the decision; ``reason``: why there is none."""

    id: str
    fate: Fate
    score: float = 0.0
    probability: float = 0.0
    level: Level = Level.UNKNOWN
    categories: tuple[str, ...] = ()
    signals: tuple[Reason, ...] = ()
    reason: str = ""

    @property
    def flagged(self) -> bool:
        """Would a person be asked to look? Level «suspicious» is the operating point."""
        return self.level.at_least(Level.SUSPICIOUS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sample, without its content, with what was said of it."""

    sample: Sample
    prediction: Prediction


def prediction_json(outcome: Outcome) -> dict[str, object]:
    """One line of a predictions file."""
    sample, said = outcome.sample, outcome.prediction
    return {
        "id": sample.id,
        "kind": sample.kind.value,
        "label": sample.label.value,
        "corpus": sample.corpus,
        "lang": sample.lang,
        "category": sample.category,
        "group": sample.group,
        "counted": sample.counts,
        "outcome": said.fate.value,
        "score": said.score,
        "probability": said.probability,
        "level": said.level.value,
        "flagged": said.flagged,
        "categories": list(said.categories),
        "signals": [
            {"rule": entry.rule, "family": entry.family, "points": entry.points, "excerpt": entry.excerpt}
            for entry in said.signals
        ],
        "reason": said.reason,
    }
