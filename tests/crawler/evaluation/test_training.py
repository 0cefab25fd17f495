"""Training keeps groups apart, needs enough of them, and says what the model brings."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.detection.learned.model import parse_model
from crawler.evaluation.evaluating import EvaluationRequest
from crawler.evaluation.fitting import TrainingError, corpus_splits, group_splits, usable
from crawler.evaluation.labelled import BadLine, Kind
from crawler.evaluation.lessons import read_lessons
from crawler.evaluation.training import evaluate_left_out, leave_one_group_out, one_group_splits, train, write_model
from tests.crawler.evaluation.labelled_rows import HONEST, PHISHING, row, write_rows

SIGN_IN = (
    '<title>Email</title><form action="/login"><input name="u"><input type="password" name="p"></form><p>{} hòm thư</p>'
)
ROWS = [
    *(row(n, "scam", PHISHING + f"<p>mẻ {n}</p>", corpus=f"s{n % 2}", group=f"kit{n // 2}") for n in range(14)),
    *(row(100 + n, "benign", SIGN_IN.format(n), corpus="b", group=f"site{n // 2}") for n in range(14)),
    *(row(200 + n, "benign", HONEST, corpus="b") for n in range(3)),
]


def test_no_group_is_on_both_sides(tmp_path: Path) -> None:
    write_rows(tmp_path, "pages", ROWS)
    faults: list[BadLine] = []
    pairs = usable(read_lessons(EvaluationRequest(tmp_path, kinds=(Kind.PAGE,), processes=1), faults))
    for splits in (group_splits(pairs), list(one_group_splits(pairs))):
        for learned, tested in splits:
            assert not {pairs[n][0].group for n in learned} & {pairs[n][0].group for n in tested}
    assert sorted(n for _, tested in one_group_splits(pairs) for n in tested) == list(range(len(pairs)))
    assert all(len({pairs[n][0].corpus for n in tested} - {"b"}) == 1 for _, tested in corpus_splits(pairs))
    assert len(leave_one_group_out(pairs)) == len(pairs)
    report = evaluate_left_out(EvaluationRequest(tmp_path, processes=1))
    assert report.left_out
    assert report.counted == len(pairs)


def test_a_model_with_its_card(tmp_path: Path) -> None:
    write_rows(tmp_path, "pages", [*ROWS, "{"])
    training = train(tmp_path, made_at=datetime(2026, 11, 1, tzinfo=UTC), processes=1)
    assert len(training.bad_lines) == 1
    write_model(training, tmp_path / "m.json")
    text = (tmp_path / "m.json").read_text("utf-8")
    assert parse_model(text).weights == training.model.weights
    assert json.loads(text)["card"]["made_at"] == "2026-11-01"
    assert "| phishing" not in (tmp_path / "m.md").read_text("utf-8")  # these rows have no category
    assert "| all pages | recall |" in (tmp_path / "m.md").read_text("utf-8")


def test_too_few_groups_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path, "pages", ROWS[:3])
    with pytest.raises(TrainingError, match="at least 5"):
        train(tmp_path, made_at=datetime(2026, 11, 1, tzinfo=UTC), processes=1)
