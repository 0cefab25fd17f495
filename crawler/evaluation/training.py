"""`lachan train`: the learned model with its card, and what it brings on pages kept out of its training."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from crawler.detection.learned.model import LearnedModel, Opinion, model_text
from crawler.detection.rules.learned.page_model import find_resemblance, page_model
from crawler.evaluation.evaluating import EvaluationRequest, write_predictions
from crawler.evaluation.figures import ContrastFigures, measure_contrast
from crawler.evaluation.fitting import Pair, Split, check_tools, corpus_splits, fit, usable
from crawler.evaluation.judging import of_signals
from crawler.evaluation.labelled import BadLine, Kind, Label, Sample
from crawler.evaluation.lessons import read_lessons
from crawler.evaluation.prediction import Outcome
from crawler.evaluation.report import EvaluationReport, report_on
from crawler.evaluation.strata import CONTRASTS

LIMITS = (
    "It is not asked about Vietnamese pages: their frauds come from a handful of kits; kept-out kits showed no gain.",
    "Most frauds it saw are a kit's source, most honest pages captures: part of what it learned may tell these apart.",
    "It reads words and structure, not pictures, scripts or where a page stands, and it can be evaded by rewording.",
    "It adds at most two points, only where a rule has spoken, supports no family and never lowers a score.",
)


@dataclass(frozen=True, slots=True)
class Gain:
    """One contrast without the model, with it by groups kept out, and with whole corpora of frauds kept out."""

    rules: ContrastFigures
    by_groups: ContrastFigures
    by_corpora: ContrastFigures


@dataclass(frozen=True, slots=True)
class Training:
    """A fitted model, what it was fitted on, and what it brings."""

    model: LearnedModel
    made_at: datetime
    pages: int
    groups: tuple[tuple[str, int], ...]  # by label
    corpora: tuple[str, ...]
    gains: tuple[Gain, ...]
    bad_lines: tuple[BadLine, ...] = ()


def train(
    folder: Path, *, made_at: datetime, processes: int = 0, tell: Callable[[Sample], None] = lambda _: None
) -> Training:
    """Learn from the labelled pages of ``folder``. Raises LabelledDataError or TrainingError."""
    check_tools()
    bad_lines: list[BadLine] = []
    request = EvaluationRequest(folder, kinds=(Kind.PAGE,), processes=processes)
    pairs = usable(read_lessons(request, bad_lines, tell))
    model, by_groups = fit(pairs)
    _, by_corpora = fit(pairs, list(corpus_splits(pairs)))
    samples = [sample for sample, _ in pairs]
    return Training(
        model=model,
        made_at=made_at,
        pages=len(pairs),
        groups=tuple((label.value, _groups(samples, label)) for label in (Label.SCAM, Label.BENIGN)),
        corpora=tuple(sorted({sample.corpus for sample in samples})),
        gains=tuple(_gains(pairs, by_groups, by_corpora)),
        bad_lines=tuple(bad_lines),
    )


def _groups(samples: Sequence[Sample], label: Label) -> int:
    return len({sample.group for sample in samples if sample.label is label})


def _gains(pairs: Sequence[Pair], by_groups: list[float], by_corpora: list[float]) -> Iterable[Gain]:
    without = [Outcome(sample, lesson.ruled) for sample, lesson in pairs]
    grouped, sourced = with_opinions(pairs, by_groups), with_opinions(pairs, by_corpora)
    for contrast in CONTRASTS:
        found = [measure_contrast(contrast, outcomes) for outcomes in (without, grouped, sourced)]
        rules, one, two = found
        if rules and one and two:
            yield Gain(rules, one, two)


def with_opinions(pairs: Sequence[Pair], log_odds: Sequence[float]) -> list[Outcome]:
    """Every page as it is judged when the model says ``log_odds`` of it."""
    outcomes = []
    for (sample, lesson), value in zip(pairs, log_odds, strict=True):
        finding = find_resemblance(Opinion(value, ())) if lesson.asks else None
        said = of_signals(sample.id, (*lesson.signals, page_model.signal(finding))) if finding else lesson.ruled
        outcomes.append(Outcome(sample, said))
    return outcomes


def leave_one_group_out(pairs: Sequence[Pair]) -> list[Outcome]:
    """Every page judged with a model that saw nothing of its group: one group of frauds out at a time."""
    return with_opinions(pairs, fit(pairs, list(one_group_splits(pairs)))[1])


def evaluate_left_out(request: EvaluationRequest, tell: Callable[[Sample], None] = lambda _: None) -> EvaluationReport:
    """The report on labelled pages when the model has seen nothing of a page's group. Raises as ``train`` does."""
    check_tools()
    bad_lines: list[BadLine] = []
    outcomes = leave_one_group_out(usable(read_lessons(replace(request, kinds=(Kind.PAGE,)), bad_lines, tell)))
    if request.predictions is not None:
        write_predictions(request.predictions, outcomes)
    return report_on(outcomes, bad_lines, left_out=True)


def one_group_splits(pairs: Sequence[Pair]) -> Iterable[Split]:
    """One group of frauds out at a time, with an equal share of the honest groups."""
    scams = sorted({sample.group for sample, _ in pairs if sample.label is Label.SCAM})
    honest = sorted({sample.group for sample, _ in pairs if sample.label is Label.BENIGN} - set(scams))
    place = {group: number for number, group in enumerate(scams)}
    place |= {group: number % len(scams) for number, group in enumerate(honest)}
    for number in range(len(scams)):
        out = [place[sample.group] == number for sample, _ in pairs]
        yield [n for n, is_out in enumerate(out) if not is_out], [n for n, is_out in enumerate(out) if is_out]


def card(training: Training) -> dict[str, object]:
    """What somebody must know who relies on the model."""
    return {
        "made_at": training.made_at.date().isoformat(),
        "method": "logistic regression over hashed pieces of words (3 to 5 letters) and statements about structure; "
        "every group kept whole in one fold; calibrated on pages kept out",
        "pages": training.pages,
        "groups": dict(training.groups),
        "corpora": list(training.corpora),
        "limits": list(LIMITS),
        "figures": [asdict(gain) for gain in training.gains],
    }


def write_model(training: Training, path: Path) -> None:
    """The artifact, and its card beside it in words."""
    path.write_text(model_text(training.model, card(training)), encoding="utf-8")
    path.with_suffix(".md").write_text(card_text(training), encoding="utf-8")


def card_text(training: Training) -> str:
    """The card as a page."""
    counts = ", ".join(f"{count} groups {label}" for label, count in training.groups)
    lines = [
        "# The learned model",
        "",
        f"Trained on {training.made_at.date().isoformat()} from {training.pages} labelled pages ({counts}) from",
        f"{', '.join(training.corpora)}.",
        "It holds weights of hashed pieces of words; no word and no sentence of a page is in it.",
        "",
        "Share flagged at «suspicious», each group counted once: with the rules alone, then with the model, which knew",
        "neither the page's group, nor, in the last column, the corpus that a fraud came from.",
        "",
        "| stratum | what | groups | rules alone | + model, groups kept out | + model, corpora kept out |",
        "|---|---|---|---|---|---|",
        *(row for gain in training.gains for row in _rows(gain)),
        "",
        "Limits:",
        "",
        *(f"- {limit}" for limit in LIMITS),
    ]
    return "\n".join(lines) + "\n"


def _rows(gain: Gain) -> Iterable[str]:
    for what, name in (("recall", "recall"), ("false_positives", "false positives")):
        shares = [getattr(figures, what) for figures in (gain.rules, gain.by_groups, gain.by_corpora)]
        if shares[0] is not None:
            cells = " | ".join(f"{share.by_group:.1%}" for share in shares)
            yield f"| {gain.rules.name} | {name} | {shares[0].groups} | {cells} |"
