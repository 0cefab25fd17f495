"""How many groups each rule hits, of frauds and of honest samples, so that a rule that fits one kit only is seen."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.evaluation.labelled import Kind, Label
from crawler.evaluation.prediction import Outcome


@dataclass(frozen=True, slots=True)
class RuleHits:
    """Groups and corpora in which a rule spoke, among counted samples of one kind."""

    kind: Kind
    rule: str
    scam_groups: int
    scam_corpora: int
    benign_groups: int

    @property
    def one_kit(self) -> bool:
        """Does it rest on a single group of frauds?"""
        return self.scam_groups == 1

    @property
    def mostly_honest(self) -> bool:
        """Does it speak in more groups of honest samples than of frauds?"""
        return self.benign_groups > self.scam_groups


def count_rule_hits(outcomes: Iterable[Outcome]) -> tuple[RuleHits, ...]:
    """Every rule that spoke, by id."""
    groups: dict[tuple[Kind, str], dict[Label, set[str]]] = defaultdict(lambda: defaultdict(set))
    corpora: dict[tuple[Kind, str], set[str]] = defaultdict(set)
    for outcome in outcomes:
        sample = outcome.sample
        if not sample.counts:
            continue
        for reason in outcome.prediction.signals:
            key = (sample.kind, reason.rule)
            groups[key][sample.label].add(sample.group)
            if sample.label is Label.SCAM:
                corpora[key].add(sample.corpus)
    return tuple(
        RuleHits(kind, rule, len(found[Label.SCAM]), len(corpora[kind, rule]), len(found[Label.BENIGN]))
        for (kind, rule), found in sorted(groups.items())
    )
