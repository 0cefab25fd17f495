"""Samples of a soak: kept as they come, fitted by least squares, drawn."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import fmean, median

from crawler.evaluation.drawing import Dot, Drawing, Line, Shape, Words

MEMORY = ("worker", "driver", "browser")
BESIDE = {"browser": ("browsers", "browser_processes")}  # what a column is compared at equal numbers of
_STRETCHES = 40
_COLORS = {"worker": "#0f766e", "driver": "#7c3aed", "browser": "#c2410c", "worker_files": "#0369a1"}
_INK, _GRID, _SOFT = "#0f172a", "#e2e8f0", "#64748b"
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 900, 190, 70, 84, 70


@dataclass(frozen=True, slots=True)
class Sample:
    """``run``: counts up when a soak was gone on with. ``visits``: recorded so far. Memory in MB, by role.
    ``browsers``: how many live; ``browser_processes``: they and their children."""

    run: int
    seconds: float
    visits: int
    rendered: int
    worker: float
    driver: float
    browser: float
    reader: float
    processes: int
    worker_files: int
    driver_files: int
    browsers: int = 0
    browser_processes: int = 0


@dataclass(frozen=True, slots=True)
class Slope:
    """``per_thousand`` visits, with the error of its estimate; ``first`` and ``last``: medians of the outer fifths."""

    per_thousand: float
    error: float
    first: float
    last: float
    peak: float


def append(path: Path, sample: Sample) -> None:
    """One more line, on the disk at once."""
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow([field.name for field in fields(Sample)])
        writer.writerow([round(value, 2) for value in astuple(sample)])


def load(path: Path) -> list[Sample]:
    """What was kept; a line that a kill cut short is left out."""
    if not path.exists():
        return []
    samples = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                named = [f for f in fields(Sample) if f.name in row]  # an older run counted no browsers
                samples.append(Sample(**{f.name: f.type(row[f.name]) for f in named}))
            except (TypeError, ValueError):
                continue
    return samples


def after_warm_up(samples: Iterable[Sample], share: float) -> list[Sample]:
    """Without the first ``share`` of each run's visits, in which caches and pools fill, and without what follows the
    last visit: browsers are gone then, and the findings are taken into the queue."""
    runs: dict[int, list[Sample]] = defaultdict(list)
    for sample in samples:
        runs[sample.run].append(sample)
    kept = []
    for run in runs.values():
        start = run[0].visits + share * (run[-1].visits - run[0].visits)
        kept += [sample for sample in run if start <= sample.visits < run[-1].visits]
    return kept


def fit(samples: Sequence[Sample], name: str) -> Slope:
    """Least squares of one column over the visits; each run has a level of its own, all share the slope.

    Memory of browsers is fitted at equal numbers of browsers and of their processes: a busy machine has now more, now
    fewer of them. Samples that follow each other are alike, so the error is that of forty stretches of them, not of
    each for itself.

    Raises ValueError where the samples do not lie at two numbers of visits at least.
    """
    others: list[list[float]] = []
    for other in BESIDE.get(name, ()):
        rest = _without(_centred(samples, other), others)
        if sum(value * value for value in rest) > 1e-6:  # a number that never changed explains nothing
            others.append(rest)
    x = _without(_centred(samples, "visits"), others)
    y = _without(_centred(samples, name), others)
    spread = sum(value * value for value in x)
    if spread < 1e-6:
        raise ValueError("too few samples for a slope")
    slope = _product(x, y) / spread
    pulls = [a * (b - slope * a) for a, b in zip(x, y, strict=True)]
    long = max(1, len(pulls) // _STRETCHES)
    error = sum(sum(pulls[n : n + long]) ** 2 for n in range(0, len(pulls), long)) ** 0.5 / spread
    values = [float(getattr(sample, name)) for sample in samples]
    fifth = max(1, len(values) // 5)
    return Slope(1000 * slope, 1000 * error, median(values[:fifth]), median(values[-fifth:]), max(values))


def _centred(samples: Sequence[Sample], name: str) -> list[float]:
    """A column, each run's about its own mean."""
    runs: dict[int, list[float]] = defaultdict(list)
    for sample in samples:
        runs[sample.run].append(float(getattr(sample, name)))
    means = {run: fmean(values) for run, values in runs.items()}
    return [float(getattr(sample, name)) - means[sample.run] for sample in samples]


def _without(column: list[float], others: Sequence[list[float]]) -> list[float]:
    """What of a column ``others`` do not explain; they are at right angles to each other."""
    for other in others:
        share = _product(column, other) / _product(other, other)
        column = [value - share * part for value, part in zip(column, other, strict=True)]
    return column


def _product(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def draw(samples: Sequence[Sample], warm_up: float, note: str) -> Drawing:
    """Memory of the worker, of the driver and of the browsers, and the worker's descriptors, over the visits."""
    most = max((sample.visits for sample in samples), default=1) or 1
    title = "Soak: memory and descriptors over visits"
    shapes: list[Shape] = [Words(24, 32, title, 17, _INK), Words(24, 53, note, 12, _SOFT)]
    steady = after_warm_up(samples, warm_up)
    for place, name in enumerate((*MEMORY, "worker_files")):
        shapes += _panel(_TOP + place * (_HEIGHT + _GAP), samples, steady, name, most)
    return Drawing(_LEFT + _WIDTH + 40, _TOP + 4 * (_HEIGHT + _GAP), tuple(shapes), title)


def _panel(top: float, samples: Sequence[Sample], steady: Sequence[Sample], name: str, most: int) -> list[Shape]:
    values = [float(getattr(sample, name)) for sample in samples]
    ceiling = _round_up(max(values, default=1))
    bottom = top + _HEIGHT
    x = {sample: _LEFT + _WIDTH * sample.visits / most for sample in samples}

    def y(value: float) -> float:
        return bottom - _HEIGHT * value / ceiling

    shapes: list[Shape] = []
    for step in range(5):
        share = step / 4
        shapes.append(Line(((_LEFT, y(share * ceiling)), (_LEFT + _WIDTH, y(share * ceiling))), _GRID))
        shapes.append(Words(_LEFT - 8, y(share * ceiling) + 4, f"{share * ceiling:.0f}", 11, _SOFT, "end"))
        shapes.append(Words(_LEFT + share * _WIDTH, bottom + 16, f"{share * most:,.0f}", 11, _SOFT, "middle"))
    shapes += [Dot(x[s], y(float(getattr(s, name))), 1.3, _COLORS[name]) for s in samples]
    unit = "descriptors of the worker" if name == "worker_files" else f"{name}, MB"
    try:
        slope = fit(steady, name)
    except ValueError:
        return [*shapes, Words(_LEFT, top - 8, unit, 12, _INK)]
    middle = fmean(float(getattr(s, name)) for s in steady)
    centre = fmean(s.visits for s in steady)
    ends = (min(s.visits for s in steady), max(s.visits for s in steady))
    fitted = [(v, middle + slope.per_thousand * (v - centre) / 1000) for v in ends]
    shapes.append(Line(tuple((_LEFT + _WIDTH * v / most, y(max(0, m))) for v, m in fitted), _INK, 1.5, dashed=True))
    said = f"{unit}: {slope.per_thousand:+.2f} (± {slope.error:.2f}) per 1,000 visits after warm-up"
    said += " at equal numbers of browsers" if name in BESIDE else ""
    return [*shapes, Words(_LEFT, top - 8, said, 12, _INK)]


def _round_up(value: float) -> float:
    """The next number that four steps divide into round ones."""
    power = 4.0
    while power * 10 < value:
        power *= 10
    return next(power * times for times in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if power * times >= value)
