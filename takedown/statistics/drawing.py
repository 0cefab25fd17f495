"""The charts by name, as the dashboard and `lachan stats` show them, and one as a file that stands alone."""

from takedown.categories import category_name
from takedown.statistics.charts import survival_chart, weeks_chart
from takedown.statistics.figures import Figures

DAYS = 30
SHOWN = 5  # curves in one chart
CHARTS = ("weeks", "kinds", "recipients")
# the desk's colours by day; there its own style sheet says them
_STYLE = (
    ".chart{background:#fff}.chart text{font:12px system-ui,'Noto Sans','DejaVu Sans',sans-serif;fill:#55616f}"
    ".chart .name{font-weight:600;font-size:13px}.chart .mid{text-anchor:middle}.chart .end{text-anchor:end}"
    ".chart .grid{stroke:#d8dde4;fill:none}.chart .line{fill:none;stroke-width:2.5}.chart .band{opacity:.16}"
)
_COLOURS = {"c1": "#0b5cad", "c2": "#b3400e", "c3": "#14603a", "c4": "#7b2d8e", "c5": "#7a5600", "c6": "#44566c"}


def draw(name: str, figures: Figures, language: str) -> str:
    """One of CHARTS as SVG for a page that has the desk's style. Raises ValueError for another name."""
    english = language == "en"
    axes = ("days" if english else "ngày", "share still up" if english else "tỷ lệ còn sống")
    if name == "weeks":
        came = ("came in", "down") if english else ("vào", "đã gỡ")
        return weeks_chart(figures.weeks, came, "cases a week" if english else "số vụ mỗi tuần")
    if name == "kinds":
        shown = figures.categories[:SHOWN]
        names = [everything(language), *(category_name(entry.name, language) for entry in shown)]
        return survival_chart([figures.everything, *shown], names, days=DAYS, titles=axes)
    if name == "recipients":
        told = figures.providers[:SHOWN]
        return survival_chart([entry.curve for entry in told], [entry.name for entry in told], days=DAYS, titles=axes)
    raise ValueError(f"`{name}` is no chart; use one of {', '.join(CHARTS)}")


def everything(language: str) -> str:
    """What the curve of all pages is called."""
    return "all" if language == "en" else "tất cả"


def standing_alone(chart: str) -> str:
    """The same chart as a file: with its own colours, on white."""
    colours = "".join(
        f".chart .line.{name}{{stroke:{value}}}"
        f".chart .band.{name},.chart .bar.{name},.chart text.{name}{{fill:{value}}}"
        for name, value in _COLOURS.items()
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="600" '
    return chart.replace("<svg ", head, 1).replace(">", f"><style>{_STYLE}{colours}</style>", 1) + "\n"
