"""`lachan evaluate` from the command line: figures, predictions, a plot, and its exit codes."""

import json
from pathlib import Path

import pytest

from takedown.cli import main
from tests.crawler.evaluation.labelled_rows import HONEST, PHISHING, row, write_rows

LINES = [row(1, "scam", PHISHING), row(2, "benign", HONEST), row(3, "scam", PHISHING, grey=True), row(4, None, HONEST)]


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *words])
    return int(ended.value.code or 0)


def test_figures_predictions_and_plot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_rows(tmp_path, "pages", LINES)
    out, plot = tmp_path / "out.jsonl", tmp_path / "curve.svg"
    assert run(str(tmp_path), "--json", "--predictions", str(out), "--plot", str(plot), "--processes", "1") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["samples"], report["counted"], report["unlabelled"]) == (4, 2, 1)
    figures = {entry["name"]: entry for entry in report["contrasts"]}
    assert figures["Vietnamese"]["recall"]["by_group"] == 1
    assert figures["Vietnamese"]["false_positives"]["by_group"] == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["p1", "p2", "p3", "p4"]
    assert lines[0]["flagged"] is True
    assert lines[0]["signals"]
    assert {"id", "score", "level", "categories", "signals"} <= lines[1].keys()
    assert plot.read_text("utf-8").startswith("<svg")


def test_bad_lines_are_named_and_exit_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_rows(tmp_path, "pages", [*LINES[:2], "{"])
    assert run(str(tmp_path), "--en", "--processes", "1") == 1
    shown = capsys.readouterr()
    assert f"{path}:3" in shown.err
    assert "Vietnamese" in shown.out


@pytest.mark.parametrize(
    "words", [("--plot", "curve.pdf"), ("--only", "picture"), ("--predictions", "/no/such/folder/x")]
)
def test_wrong_usage(tmp_path: Path, words: tuple[str, str]) -> None:
    write_rows(tmp_path, "pages", LINES)
    assert run(str(tmp_path), *words) == 2


def test_a_folder_without_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path)) == 2
    assert "pages.jsonl.gz" in capsys.readouterr().err
