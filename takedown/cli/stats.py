"""`lachan stats`: what came in, what waits, how long pages stay up, who removes them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from takedown.statistics.figures import Curve, Figures


def stats(
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
    as_csv: Annotated[str, typer.Option("--csv", help="One table as CSV: weeks, survival or providers.")] = "",
    chart: Annotated[Path | None, typer.Option(help="Write a chart to this file, as SVG.")] = None,
    of: Annotated[str, typer.Option(help="What the chart shows: weeks, kinds or recipients.")] = "kinds",
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Figures of the desk: cases by state and week, survival by kind (open cases counted), recipients."""
    from datetime import UTC, datetime

    from storage.db import read_session
    from takedown.cli.configured import load_config
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import opened_database
    from takedown.cli.shown import in_language, say, say_json
    from takedown.statistics.drawing import CHARTS, draw, standing_alone
    from takedown.statistics.figures import read_figures
    from takedown.statistics.tables import TABLES, table_csv

    config = load_config()
    language = "en" if english else config.language
    if of not in CHARTS:
        raise WrongUsageError(
            f"--of: `{of}` is no chart; use one of {', '.join(CHARTS)}",
            f"--of: `{of}` không phải biểu đồ; dùng một trong {', '.join(CHARTS)}",
        )
    if as_csv and f"{as_csv}.csv" not in TABLES:
        known = ", ".join(name.removesuffix(".csv") for name in TABLES)
        raise WrongUsageError(
            f"--csv: `{as_csv}` is no table; use one of {known}",
            f"--csv: `{as_csv}` không phải bảng; dùng một trong {known}",
        )
    if as_csv and as_json:
        raise WrongUsageError(
            "--csv and --json cannot both have standard output", "--csv và --json không thể cùng chiếm đầu ra chuẩn"
        )
    with opened_database(config) as engine, read_session(engine) as session:
        figures = read_figures(session, now=datetime.now(UTC))
    if chart is not None:
        _write(chart, standing_alone(draw(of, figures, language)))
    if as_json:
        say_json(_plain(figures))
    elif as_csv:
        typer.echo(table_csv(f"{as_csv}.csv", figures), nl=False)
    else:
        say_figures(figures, language)
        if chart is not None:
            say("", in_language(language, f"Biểu đồ: {chart}", f"Chart: {chart}"))


def say_figures(figures: "Figures", language: str) -> None:
    """Four small tables."""
    from takedown.categories import category_name
    from takedown.cli.shown import Column, in_language, say, say_table
    from takedown.statistics.drawing import everything
    from takedown.words import word

    def titled(vietnamese: str, english: str, *, right: bool = True) -> Column:
        return Column(in_language(language, vietnamese, english), right=right)

    count = titled("Số", "Number")
    waiting = (
        ("thông báo chờ duyệt", "notices await release", figures.awaiting_release),
        ("thông báo quá hạn trả lời", "notices overdue", figures.overdue_notices),
        ("vụ quá hạn", "cases overdue", figures.overdue_cases),
    )
    rows = [(in_language(language, vi, en), number) for vi, en, number in waiting]
    rows += [(word("state", state, language), number) for state, number in figures.by_state]
    say_table([titled("Đang chờ", "Waiting", right=False), count], rows)
    say("")
    weeks = [(week.until.date().isoformat(), week.opened, week.down) for week in figures.weeks]
    say_table([titled("Tuần đến", "Week to", right=False), titled("Vào", "In"), titled("Đã gỡ", "Down")], weeks)
    say("")
    lived = [titled("Trung vị (giờ)", "Median (h)"), Column("24 h", True), Column("72 h", True), Column("7 d", True)]
    kinds = [(everything(language), figures.everything)]
    kinds += [(category_name(curve.name, language), curve) for curve in figures.categories]
    heads = [titled("Loại", "Kind", right=False), titled("Vụ", "Cases"), titled("Còn sống", "Still up"), *lived]
    say_table(heads, [(name, curve.count, curve.up, *_removed(curve)) for name, curve in kinds])
    if not figures.providers:
        return
    say("")
    told = [titled("Thông báo", "Notices"), titled("Trả lời", "Answered"), titled("Quá hạn", "Overdue"), *lived]
    say_table(
        [titled("Nơi nhận", "Recipient", right=False), *told],
        [
            (entry.name, entry.notices, entry.answered, entry.overdue, *_removed(entry.curve))
            for entry in figures.providers
        ],
    )


def _removed(curve: "Curve") -> tuple[str, ...]:
    median = "–" if curve.median is None else f"{curve.median:.0f}"
    return (median, *(f"{curve.removed_within(hours):.0%}" for hours in (24, 72, 168)))


def _plain(figures: "Figures") -> dict[str, object]:
    """The figures with what is computed from the curves beside them."""

    def told(curve: "Curve") -> dict[str, object]:
        shares = {f"removed_within_{hours}h": round(curve.removed_within(hours), 4) for hours in (24, 72, 168)}
        return {
            "name": curve.name or "all",
            "count": curve.count,
            "up": curve.up,
            "median_hours": curve.median,
            **shares,
        }

    return {
        "by_state": dict(figures.by_state),
        "awaiting_release": figures.awaiting_release,
        "overdue_notices": figures.overdue_notices,
        "overdue_cases": figures.overdue_cases,
        "weeks": [{"until": week.until, "opened": week.opened, "down": week.down} for week in figures.weeks],
        "survival": [told(curve) for curve in (figures.everything, *figures.categories)],
        "recipients": [
            {
                **told(entry.curve),
                "name": entry.name,
                "id": entry.recipient_id,
                "notices": entry.notices,
                "answered": entry.answered,
                "overdue": entry.overdue,
            }
            for entry in figures.providers
        ],
    }


def _write(path: Path, chart: str) -> None:
    from takedown.cli.faults import WrongUsageError

    try:
        path.write_text(chart, encoding="utf-8")
    except OSError as error:
        raise WrongUsageError(
            f"--chart: {path} cannot be written ({error.strerror}); name another file",
            f"--chart: không ghi được {path} ({error.strerror}); nêu tệp khác",
        ) from error
