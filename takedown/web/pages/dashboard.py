"""The dashboard: what came in, what waits, how long pages stay up, who removes them, whether the sweep is well."""

from fastapi import HTTPException, Request, Response

from takedown.statistics.drawing import CHARTS, draw, everything
from takedown.statistics.figures import read_figures
from takedown.statistics.health import judge_health, measure
from takedown.statistics.tables import TABLES, table_csv
from takedown.web.access import CASES, Pages, desk_of, visitor_of
from takedown.web.files import attachment
from takedown.web.rendering import render

pages = Pages()


@pages.page("/dashboard", CASES)
def dashboard(request: Request) -> Response:
    """Everything on one page; how long pages stay up as it was counted within the last minutes."""
    desk, language = desk_of(request), visitor_of(request).language
    now = desk.clock()
    with desk.reading() as session:
        curves = request.app.state.curves.take(session, now=now)
        figures = read_figures(session, now=now, curves=curves)
        alarms = judge_health(measure(session, now=now), now=now)
    return render(
        request,
        "dashboard.html",
        figures=figures,
        counted_at=curves.at,
        alarms=alarms,
        everything=everything(language),
        charts={name: draw(name, figures, language) for name in CHARTS},
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
