"""Labelled lines are read whatever they hold, and what is wrong is named by file and line."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crawler.evaluation.labelled import (
    BadLine,
    Kind,
    Label,
    LabelledDataError,
    Sample,
    labelled_files,
    parse_sample,
    read_samples,
)
from tests.crawler.evaluation.labelled_rows import row, write_rows


@pytest.mark.parametrize(
    ("spelling", "label"),
    [
        ("scam", Label.SCAM),
        ("Phishing", Label.SCAM),
        (1, Label.SCAM),
        (True, Label.SCAM),
        ("benign", Label.BENIGN),
        ("HAM", Label.BENIGN),
        (0, Label.BENIGN),
        (False, Label.BENIGN),
        (None, Label.UNKNOWN),
        ("perhaps", Label.UNKNOWN),
        ([1], Label.UNKNOWN),
    ],
)
def test_labels_in_many_spellings(spelling: object, label: Label) -> None:
    sample = parse_sample(Kind.TEXT, json.dumps({"text": "x", "label": spelling}).encode(), "t:1")
    assert isinstance(sample, Sample)
    assert sample.label is label
    assert sample.counts is (label is not Label.UNKNOWN)


def test_missing_fields_become_empty_and_the_group_is_the_sample() -> None:
    sample = parse_sample(Kind.PAGE, b'{"html": "<p>a", "group": null, "lang": 3, "url": {}}', "pages.jsonl.gz:7")
    assert isinstance(sample, Sample)
    assert (sample.id, sample.group, sample.lang, sample.url) == ("pages.jsonl.gz:7", "pages.jsonl.gz:7", "3", "")


@pytest.mark.parametrize("flag", ["grey", "thin"])
def test_grey_and_thin_count_nowhere(flag: str) -> None:
    sample = parse_sample(Kind.PAGE, json.dumps(row(1, "scam", "<p>", **{flag: True})).encode(), "x:1")
    assert isinstance(sample, Sample)
    assert not sample.counts


def test_bad_lines_are_named(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path, "pages", [row(1, "scam", "<p>a"), "{not json", "[]", '{"id": "a"}', row(2, "benign", "b")]
    )
    rows = list(read_samples(Kind.PAGE, path))
    assert [entry.place.rsplit(":", 1)[1] for entry in rows if isinstance(entry, BadLine)] == ["2", "3", "4"]
    assert sum(isinstance(entry, Sample) for entry in rows) == 2


def test_a_damaged_file_gives_what_it_held(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "texts", [{"text": f"{number} {'x' * 500}"} for number in range(500)])
    path.write_bytes(path.read_bytes()[:-200])
    *rows, last = read_samples(Kind.TEXT, path)
    assert isinstance(last, BadLine)
    assert "cannot be read on" in last.reason
    assert rows


def test_a_plain_file_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "domains.jsonl").write_text('{"value": "a.example"}\n', "utf-8")
    assert labelled_files(tmp_path) == ((Kind.NAME, tmp_path / "domains.jsonl"),)


@pytest.mark.parametrize("name", ["", "nothing-here"])
def test_an_empty_or_missing_folder_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(LabelledDataError, match=r"pages\.jsonl\.gz"):
        labelled_files(tmp_path / name)


@given(some.binary(max_size=300))
def test_no_line_raises(line: bytes) -> None:
    assert parse_sample(Kind.PAGE, line, "x:1") is not None


_VALUES = some.sampled_from([None, True, 0, -3, 1e300, float("nan"), "", "vi", "\ud800", [], ["scam"], {}, {"a": []}])
_FIELDS = ("id", "label", "lang", "group", "corpus", "category", "grey", "thin", "url", "text")


@given(some.dictionaries(some.sampled_from(_FIELDS), _VALUES))
def test_no_field_raises(fields: dict[str, object]) -> None:
    assert parse_sample(Kind.TEXT, json.dumps(fields).encode(), "x:1") is not None


def test_gzip_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl.gz").write_bytes(b"plain words")
    assert [type(entry) for entry in read_samples(Kind.PAGE, tmp_path / "pages.jsonl.gz")] == [BadLine]
    assert gzip.BadGzipFile.__mro__[1] is OSError
