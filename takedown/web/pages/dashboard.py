"""The dashboard: what came in, what waits, how long pages stay up, who removes them, whether the sweep is well."""

import csv
import io

from fastapi import HTTPException, Request, Response

from takedown.categories import category_name
from takedown.reports.annex_files import inert_cell
from takedown.statistics.charts import survival_chart, weeks_chart
from takedown.statistics.figures import Curve, Figures, read_figures
from takedown.statistics.health import judge_health, measure
from takedown.web.access import CASES, Pages, desk_of, visitor_of
from takedown.web.files import attachment
from takedown.web.rendering import render

pages = Pages()
DAYS = 30
SHOWN = 5  # curves in one chart


@pages.page("/dashboard", CASES)
def dashboard(request: Request) -> Response:
    """Everything on one page."""
    desk, english = desk_of(request), visitor_of(request).language == "en"
    now = desk.clock()
    with desk.reading() as session:
        figures = read_figures(session, now=now)
        alarms = judge_health(measure(session, now=now), now=now)
    axes = ("days" if english else "ngày", "share still up" if english else "tỷ lệ còn sống")
    everything = "all" if english else "tất cả"
    kinds = [figures.everything, *figures.categories[:SHOWN]]
    names = [
        everything,
        *(category_name(entry.name, "en" if english else "vi") for entry in figures.categories[:SHOWN]),
    ]
    who = [entry.curve for entry in figures.providers[:SHOWN]]
    came = ("came in", "down") if english else ("vào", "đã gỡ")
    return render(
        request,
        "dashboard.html",
        figures=figures,
        alarms=alarms,
        weeks=weeks_chart(figures.weeks, came, "cases a week" if english else "số vụ mỗi tuần"),
        kinds=survival_chart(kinds, names, days=DAYS, titles=axes),
        who=survival_chart(who, [entry.name for entry in figures.providers[:SHOWN]], days=DAYS, titles=axes),
        everything=everything,
    )


@pages.page("/files/statistics/{name}", CASES)
def table(request: Request, name: str) -> Response:
    """A chart's figures as CSV."""
    desk = desk_of(request)
    with desk.reading() as session:
        figures = read_figures(session, now=desk.clock())
    if name not in _TABLES:
        raise HTTPException(404)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in _TABLES[name](figures):
        writer.writerow([inert_cell(str(cell)) for cell in row])
    return attachment(b"\xef\xbb\xbf" + text.getvalue().encode(), name, "text/csv; charset=utf-8")


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


_TABLES = {"weeks.csv": _weeks, "survival.csv": _survival, "providers.csv": _providers}
