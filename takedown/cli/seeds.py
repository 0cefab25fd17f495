"""`lachan seeds check`: every line of the seed files, with file and line of what is wrong."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Seed files; by default all that ship.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Check seed files, whom never to report, and the brands."""
    from seeds import check_all, load_seeds
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import complain, in_language, say, say_json

    config = load_config()
    for path in paths or []:
        if not path.is_file():
            raise WrongUsageError(f"seed file {path} is not there")
    problems = [str(problem) for problem in (load_seeds(paths).problems if paths else check_all())]
    if as_json:
        say_json({"problems": problems})
    else:
        complain(*problems)
        words = in_language(
            "en" if english else config.language, "Hạt giống: {} dòng có lỗi.", "Seeds: {} lines with a problem."
        )
        say(words.format(len(problems)))
    if problems:
        raise typer.Exit(ExitCode.SOME_FAILED)
