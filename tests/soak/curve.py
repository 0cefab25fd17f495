"""Samples of a soak: kept as they come, fitted by least squares, drawn."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import fmean, median

from crawler.evaluation.drawing import Dot, Drawing, Line, Shape, Words

MEMORY = ("worker", "driver", "browser")
_COLORS = {"worker": "#0f766e", "driver": "#7c3aed", "browser": "#c2410c", "worker_files": "#0369a1"}
_INK, _GRID, _SOFT = "#0f172a", "#e2e8f0", "#64748b"
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 900, 190, 70, 84, 70


@dataclass(frozen=True, slots=True)
class Sample:
    """``run``: counts up when a soak was gone on with. ``visits``: recorded so far. Memory in MB, by role."""

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
                samples.append(Sample(**{f.name: f.type(row[f.name]) for f in fields(Sample)}))
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

    Raises ValueError where the samples do not lie at two numbers of visits at least.
    """
    runs: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for sample in samples:
        runs[sample.run].append((sample.visits, float(getattr(sample, name))))
    points = []
    for run in runs.values():
        x0, y0 = fmean(x for x, _ in run), fmean(y for _, y in run)
        points += [(x - x0, y - y0) for x, y in run]
    spread = sum(x * x for x, _ in points)
    if not spread:
        raise ValueError("too few samples for a slope")
    slope = sum(x * y for x, y in points) / spread
    rest = sum((y - slope * x) ** 2 for x, y in points)
    error = (rest / max(1, len(points) - len(runs) - 1) / spread) ** 0.5
    values = [float(getattr(sample, name)) for sample in samples]
    fifth = max(1, len(values) // 5)
    return Slope(1000 * slope, 1000 * error, median(values[:fifth]), median(values[-fifth:]), max(values))


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
    return [*shapes, Words(_LEFT, top - 8, said, 12, _INK)]


def _round_up(value: float) -> float:
    """The next number that four steps divide into round ones."""
    power = 4.0
    while power * 10 < value:
        power *= 10
    return next(power * times for times in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if power * times >= value)
