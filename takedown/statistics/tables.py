"""The figures as tables that a spreadsheet opens, every cell inert."""

import csv
import io

from takedown.reports.annex_files import inert_cell
from takedown.statistics.figures import Curve, Figures


def table_csv(name: str, figures: Figures) -> bytes:
    """One of TABLES, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    for row in TABLES[name](figures):
        writer.writerow([inert_cell(str(cell)) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _weeks(figures: Figures) -> list[tuple[object, ...]]:
    rows = [(week.until.date().isoformat(), week.opened, week.down) for week in figures.weeks]
    return [("week_until", "opened", "down"), *rows]


def _survival(figures: Figures) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [("group", "hours", "at_risk", "removed", "share_up", "low", "high")]
    for curve in (figures.everything, *figures.categories, *(entry.curve for entry in figures.providers)):
        rows += [_step(curve, place) for place in range(len(curve.steps))]
    return rows


def _step(curve: Curve, place: int) -> tuple[object, ...]:
    step = curve.steps[place]
    share = (f"{step.share:.4f}", f"{step.low:.4f}", f"{step.high:.4f}")
    return (curve.name or "all", f"{step.hours:.2f}", step.at_risk, step.removed, *share)


def _providers(figures: Figures) -> list[tuple[object, ...]]:
    head = ("recipient", "notices", "answered", "overdue", "median_hours", "down_24h", "down_72h", "down_7d")
    rows: list[tuple[object, ...]] = [head]
    for entry in figures.providers:
        median = "" if entry.curve.median is None else f"{entry.curve.median:.1f}"
        shares = tuple(f"{entry.curve.removed_within(hours):.3f}" for hours in (24, 72, 168))
        rows.append((entry.name, entry.notices, entry.answered, entry.overdue, median, *shares))
    return rows


TABLES = {"weeks.csv": _weeks, "survival.csv": _survival, "providers.csv": _providers}
