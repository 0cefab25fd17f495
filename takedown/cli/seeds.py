"""`lachan seeds check`: every line of the seed files, with file and line of what is wrong."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Seed files; by default all that ship.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Check seed files, the brands, and whom never to report."""
    from seeds import SeedReport, check_all, load_seeds
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import complain, in_language, say, say_json

    config = load_config()
    for path in paths or []:
        if not path.is_file():
            raise WrongUsageError(f"seed file {path} is not there", f"không có tệp hạt giống {path}")
    if paths:
        books = [load_seeds([path]) for path in paths]
        counts = tuple((str(path), len(book.seeds)) for path, book in zip(paths, books, strict=True))
        report = SeedReport(counts, tuple(problem for book in books for problem in book.problems))
    else:
        report = check_all()
    if as_json:
        say_json({"files": dict(report.files), "problems": [str(problem) for problem in report.problems]})
    else:
        language = "en" if english else config.language
        complain(*(problem.said(language) for problem in report.problems))
        words = in_language(
            language,
            "{} mục trong {} tệp, {} chỗ có lỗi.",
            "{} entries in {} files, {} problems.",
        )
        say(*(f"{count:>7}  {name}" for name, count in report.files))
        say(words.format(report.seeds, len(report.files), len(report.problems)))
    if report.problems:
        raise typer.Exit(ExitCode.SOME_FAILED)
