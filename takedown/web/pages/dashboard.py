"""The dashboard: what came in, what waits, how long pages stay up, who removes them, whether the sweep is well."""

from fastapi import HTTPException, Request, Response

from takedown.categories import category_name
from takedown.statistics.charts import survival_chart, weeks_chart
from takedown.statistics.figures import read_figures
from takedown.statistics.health import judge_health, measure
from takedown.statistics.tables import TABLES, table_csv
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
    if name not in TABLES:
        raise HTTPException(404)
    return attachment(table_csv(name, figures), name, "text/csv; charset=utf-8")
