"""`lachan train FOLDER -o MODEL`: the learned family, from labelled pages."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    folder: Annotated[Path, typer.Argument(help="Holds pages.jsonl.gz, labelled; see `lachan evaluate`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the model goes, as .json; its card beside it.")],
    processes: Annotated[int, typer.Option(min=0, help="Read in so many processes; 0: one a core.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The card as one JSON object.")] = False,
) -> None:
    """Train the learned family on labelled pages, groups kept apart, and say what it brings beside the rules.

    Needs scikit-learn. The shipped model is crawler/detection/learned/model.json; a sweep uses that one.
    """
    from datetime import UTC, datetime

    from crawler.evaluation.fitting import TrainingError
    from crawler.evaluation.labelled import LabelledDataError
    from crawler.evaluation.training import card, card_text, write_model
    from crawler.evaluation.training import train as run
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import complain, say, say_json

    if output.suffix != ".json" or not output.absolute().parent.is_dir():
        raise WrongUsageError(
            f"--output {output}: give a name that ends in .json, in a folder that is there",
            f"--output {output}: đặt tên kết thúc bằng .json, trong một thư mục có sẵn",
        )
    try:
        training = run(folder, made_at=datetime.now(UTC), processes=processes)
    except (LabelledDataError, TrainingError) as error:
        raise WrongUsageError(str(error), error.vi) from error
    write_model(training, output)
    if as_json:
        say_json(card(training))
    else:
        say(*card_text(training).splitlines())
    for bad in training.bad_lines:
        complain(f"{bad.place}: {bad.reason}")
    if training.bad_lines:
        raise typer.Exit(ExitCode.SOME_FAILED)
