"""`lachan evaluate FOLDER`: how good detection is on labelled samples."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.evaluation.labelled import Kind
    from crawler.evaluation.prediction import Outcome

_PICTURES = {".svg", ".png"}


def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="Holds pages.jsonl.gz, texts.jsonl.gz, domains.jsonl.gz, or some of them.")
    ],
    predictions: Annotated[Path | None, typer.Option(help="One JSON line a sample: score, level, signals.")] = None,
    plot: Annotated[Path | None, typer.Option(help="The calibration curve, as .svg or .png.")] = None,
    calibrate: Annotated[
        Path | None,
        typer.Option(
            help="Fit the curve from points to probability, and write it here: of pages, or of the one kind of --only."
        ),
    ] = None,
    measure_rules: Annotated[
        Path | None,
        typer.Option(help="Write here in how many groups of these pages each rule spoke, for `lachan rules`."),
    ] = None,
    leave_one_group_out: Annotated[
        bool,
        typer.Option(help="Pages alone, each with a learned model that saw nothing of its group; needs scikit-learn."),
    ] = False,
    only: Annotated[list[str] | None, typer.Option(help="Only `page`, `text` or `name`; may be repeated.")] = None,
    no_host: Annotated[
        bool,
        typer.Option("--no-host", help="Judge pages without an address under none, rather than a host of their own."),
    ] = False,
    seconds: Annotated[float, typer.Option(min=0.1, help="Give up a sample after so long.")] = 20.0,
    processes: Annotated[int, typer.Option(min=0, help="Judge in so many processes; 0: one a core.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Judge labelled pages, texts and names without any network, and print figures for each stratum.

    Grey, thin and unlabelled samples are judged, but count in no figure. Exits with 1 when lines or samples were lost.
    """
    from crawler.evaluation.evaluating import EvaluationRequest
    from crawler.evaluation.evaluating import evaluate as run
    from crawler.evaluation.fitting import TrainingError
    from crawler.evaluation.labelled import LabelledDataError
    from crawler.evaluation.training import evaluate_left_out
    from takedown.cli.configured import load_config
    from takedown.cli.evaluate_text import say_report
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import say_json

    check_outputs(plot, predictions, calibrate, measure_rules)
    language = "en" if english else load_config().language
    request = EvaluationRequest(
        folder,
        kinds=chosen_kinds(only or []),
        predictions=predictions,
        own_host=not no_host,
        seconds=seconds,
        processes=processes,
        calibrate=calibrate,
        measure_rules=measure_rules,
    )
    try:
        with shown_progress() as tell:
            if leave_one_group_out:
                report = evaluate_left_out(request, lambda _: None)
            else:
                report = run(request, tell)
    except (LabelledDataError, TrainingError) as error:
        raise WrongUsageError(str(error), error.vi) from error
    if plot is not None:
        from crawler.evaluation.drawing import write_drawing
        from crawler.evaluation.plot import draw_curves

        write_drawing(draw_curves(report, language), plot)
    if as_json:
        say_json(report)
    else:
        say_report(report, language)
    if not report.is_whole:
        raise typer.Exit(ExitCode.SOME_FAILED)


def check_outputs(plot: Path | None, *others: Path | None) -> None:
    """Raises WrongUsageError before the work for files that could not be written after it."""
    from takedown.cli.faults import WrongUsageError

    if plot is not None and plot.suffix.lower() not in _PICTURES:
        raise WrongUsageError(
            f"--plot {plot}: the name must end in .svg or .png", f"--plot {plot}: tên phải kết thúc bằng .svg hoặc .png"
        )
    for path in filter(None, (plot, *others)):
        if not path.absolute().parent.is_dir():
            raise WrongUsageError(
                f"{path}: no such folder {path.absolute().parent}; make it first",
                f"{path}: không có thư mục {path.absolute().parent}; hãy tạo trước",
            )


def chosen_kinds(words: list[str]) -> "tuple[Kind, ...]":
    """The kinds that these words name; none: all. Raises WrongUsageError."""
    from crawler.evaluation.labelled import Kind
    from takedown.cli.faults import WrongUsageError

    try:
        return tuple(Kind(word) for word in words) or tuple(Kind)
    except ValueError as error:
        raise WrongUsageError(
            f"--only: {error}; use page, text or name", f"--only: {error}; dùng page, text hoặc name"
        ) from error


@contextmanager
def shown_progress() -> "Iterator[Callable[[Outcome], None]]":
    """Counts what is done on a terminal's standard error; elsewhere nothing."""
    import sys

    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f}"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("…")
        yield lambda outcome: bar.update(task, advance=1, description=outcome.sample.kind.value)
