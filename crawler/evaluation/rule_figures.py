"""Figures of every rule, measured once on labelled pages and kept beside the program with their date and version."""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.detection.rule import all_rules, rule_set_version
from crawler.errors import CrawlerError
from crawler.evaluation.labelled import Kind, Label
from crawler.evaluation.prediction import Outcome
from crawler.evaluation.rule_hits import count_rule_hits

SHIPPED = Path(__file__).with_name("rule_figures.json")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Hits:
    """Groups of labelled pages in which a rule spoke, and corpora of the frauds among them."""

    scam_groups: int
    scam_corpora: int
    benign_groups: int


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """``rule_set``: the version that was measured; ``corpus``: SHA-256 of the pages' file; groups: of all pages."""

    measured_on: str
    rule_set: str
    corpus: str
    scam_groups: int
    benign_groups: int
    rules: dict[str, Hits]

    def weight(self, rule_id: str) -> float | None:
        """How much the rule speaks against a page, in log-odds, as far as these groups tell; None: it never spoke.

        Half a group is added on either side, so that a rule seen in few groups is never called certain.
        """
        hits = self.rules.get(rule_id)
        if hits is None or not hits.scam_groups + hits.benign_groups:
            return None
        scam = (hits.scam_groups + 0.5) / (self.scam_groups + 1)
        return math.log(scam * (self.benign_groups + 1) / (hits.benign_groups + 0.5))


def measure_rules(outcomes: Sequence[Outcome], pages: Sequence[Path], *, made_at: datetime) -> RuleFigures:
    """The figures of every rule there is over the files ``pages``; a rule that never spoke has zeros."""
    counted = [outcome for outcome in outcomes if outcome.sample.kind is Kind.PAGE and outcome.sample.counts]
    hits = {row.rule: Hits(row.scam_groups, row.scam_corpora, row.benign_groups) for row in count_rule_hits(counted)}
    groups = {
        label: len({outcome.sample.group for outcome in counted if outcome.sample.label is label})
        for label in (Label.SCAM, Label.BENIGN)
    }
    return RuleFigures(
        measured_on=made_at.date().isoformat(),
        rule_set=rule_set_version(),
        corpus=_digest(pages),
        scam_groups=groups[Label.SCAM],
        benign_groups=groups[Label.BENIGN],
        rules={rule.id: hits.get(rule.id, Hits(0, 0, 0)) for rule in all_rules()},
    )


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def figures_text(figures: RuleFigures) -> str:
    """The file that keeps them: one line a rule, by id, so that a change is easy to read."""
    head = {
        "measured_on": figures.measured_on,
        "rule_set": figures.rule_set,
        "corpus": figures.corpus,
        "scam_groups": figures.scam_groups,
        "benign_groups": figures.benign_groups,
    }
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    rows = [
        f"  {json.dumps(rule_id)}: {json.dumps([hits.scam_groups, hits.scam_corpora, hits.benign_groups])}"
        for rule_id, hits in sorted(figures.rules.items())
    ]
    return "\n".join(["{", *lines, ' "rules": {', ",\n".join(rows), " }", "}", ""])


def parse_figures(text: str) -> RuleFigures:
    """What ``figures_text`` wrote. Raises CrawlerError for anything else."""
    try:
        row = json.loads(text)
        return RuleFigures(
            measured_on=str(row["measured_on"]),
            rule_set=str(row["rule_set"]),
            corpus=str(row["corpus"]),
            scam_groups=int(row["scam_groups"]),
            benign_groups=int(row["benign_groups"]),
            rules={str(rule_id): Hits(*(int(count) for count in hits)) for rule_id, hits in row["rules"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CrawlerError(
            f"the figures of the rules cannot be read ({error!r}); measure them with `lachan evaluate --measure-rules`"
        ) from error


def shipped_figures() -> RuleFigures:
    """The figures that ship with this version."""
    return parse_figures(SHIPPED.read_text(encoding="utf-8"))
