"""Seed files: every line that can be used is, every other one is named with file, line and remedy."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.signal import Category
from seeds import Seed, SeedBook, SeedProblem, load_seeds
from seeds import book as book_module
from seeds.book import decode, read_csv, read_toml
from seeds.brands import FOLDER
from seeds.model import CATEGORIES

HEADER = "url,priority,category,source,note\n"


def write(folder: Path, data: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def load(folder: Path, data: str | bytes, name: str = "list.csv") -> SeedBook:
    return load_seeds([write(folder, data, name)])


def test_a_row_becomes_a_seed_with_its_place(tmp_path: Path) -> None:
    book = load(tmp_path, HEADER + '# ghi chú\n\nshop-a.example,10,fake_shop,phản ánh,"nhận cọc, rồi khóa số"\n')
    (seed,) = book.seeds
    assert (seed.url, seed.host, seed.domain) == ("https://shop-a.example/", "shop-a.example", "shop-a.example")
    assert (seed.priority, seed.category, seed.note) == (10, "fake_shop", "nhận cọc, rồi khóa số")
    assert seed.source == f"{tmp_path / 'list.csv'}:4"
    assert book.problems == ()


def test_every_bad_line_is_named_and_costs_only_itself(tmp_path: Path) -> None:
    lines = [
        "ftp://a.example,,,,",
        'b.example,0,,,"open',
        "c.example,high,,,",
        "c.example,--5,,,",
        "c.example," + "9" * 5000 + ",,,",
        "c.example,101,,,",
        "d.example,1,,,,surplus",
        "e.example\0,,,,",
        "f.example/" + "x" * 20_000,
        ",,,,",
    ]
    good = "good-{}.example,1,,,"
    data = HEADER + "".join(f"{line}\n{good.format(number)}\n" for number, line in enumerate(lines))
    book = load(tmp_path, data)
    assert [seed.host for seed in book.seeds] == [f"good-{number}.example" for number in range(len(lines))]
    assert [problem.line for problem in book.problems] == [2 * number + 2 for number in range(len(lines))]
    assert all(problem.remedy and problem.path.endswith("list.csv") for problem in book.problems)
    assert all(len(str(problem)) < 600 for problem in book.problems)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + HEADER.encode() + b"a.example,,,,\n",
        (HEADER + "a.example,,,,\n").replace("\n", "\r\n").encode(),
        (HEADER + "a.example,,,,").encode("utf-16"),
        b"URL, Priority\r\na.example,\r\n",
        b"url\na.example\n",
        (HEADER + "a.example,,,,").replace(",", "\t").encode("utf-16"),
        (HEADER + "a.example,,,,").encode("utf-16-le"),
        (HEADER + "a.example,,,,").encode("utf-16-be"),
        b"\xef\xbb\xbf" + HEADER.replace(",", ";").encode() + "a.example;3;;;ô có dấu phẩy, ở đây\r\n".encode(),
        HEADER.replace("\n", "\r").encode() + b"a.example,,,,\r",
    ],
    ids=[
        "mark",
        "crlf",
        "utf-16",
        "header in capitals",
        "one column",
        "Excel's Unicode text",
        "utf-16-le without a mark",
        "utf-16-be without a mark",
        "Excel with Vietnamese settings",
        "line ends of old Macs",
    ],
)
def test_files_of_other_programs_are_read(tmp_path: Path, data: bytes) -> None:
    book = load(tmp_path, data)
    assert [seed.host for seed in book.seeds] == ["a.example"]
    assert book.problems == ()


LATIN = [
    b"a.example,,,,\n",
    b"ngh\xe8o.example,,,,\n",
    b"b.example,,,,caf\xe9\n",
    b"# ghi ch\xfa\n",
    b"c.example,,,,\n",
]


def test_a_line_that_cannot_be_decoded_is_skipped_and_named(tmp_path: Path) -> None:
    book = load(tmp_path, HEADER.encode() + b"".join(LATIN))
    assert [seed.host for seed in book.seeds] == ["a.example", "c.example"]
    assert [problem.line for problem in book.problems] == [3, 4]
    assert all("UTF-8" in problem.message and "UTF-8" in problem.remedy for problem in book.problems)


def test_a_broken_utf_16_pair_costs_its_own_line(tmp_path: Path) -> None:
    good = (HEADER + "a.example,,,,\nb\n").encode("utf-16")
    book = load(tmp_path, good[:-4] + b"\x00\xd8" + "\nc.example,,,,".encode("utf-16-le"))
    assert [seed.host for seed in book.seeds] == ["a.example", "c.example"]
    assert [problem.line for problem in book.problems] == [3]


def test_a_toml_place_that_cannot_be_decoded_is_skipped_and_named(tmp_path: Path) -> None:
    text = (
        b'# ghi ch\xfa\n[[site]]\nurl = "a.example"\n[[site]]\nurl = "ngh\xe8o.example"\n[[site]]\nurl = "b.example"\n'
    )
    book = load(tmp_path, text, "list.toml")
    assert [seed.host for seed in book.seeds] == ["a.example", "b.example"]
    (problem,) = book.problems
    assert problem.line == 5
    assert "UTF-8" in problem.remedy


def test_a_header_that_cannot_be_decoded_is_one_problem(tmp_path: Path) -> None:
    book = load(tmp_path, b"url,ghi ch\xfa\na.example,x\nb.example,y\n")
    assert book.seeds == ()
    assert [problem.line for problem in book.problems] == [1]


@given(st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"").replace(b"\r", b"")), max_size=6))
def test_any_bytes_cost_their_own_lines_alone(lines: list[bytes]) -> None:
    good = [f"good-{number}.example".encode() for number in range(len(lines) + 1)]
    mixed = b"\n".join(part for pair in zip(good, [*lines, b""], strict=True) for part in pair)
    hosts = [entry.host for entry in read_csv(Path("x.csv"), decode(b"url\n" + mixed)) if isinstance(entry, Seed)]
    assert [host.encode() for host in hosts if host.startswith("good-")] == good


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("", 0),
        ("# nothing but this\n", 0),
        ("a.example\n", 1),
        ("priority\n1\n", 1),
        ("url,url\na.example,b.example\n", 1),
        ("url,colour\na.example,red\n", 1),
    ],
)
def test_a_file_without_a_usable_header_is_one_problem(tmp_path: Path, data: str, line: int) -> None:
    book = load(tmp_path, data)
    assert book.seeds == ()
    (problem,) = book.problems
    assert problem.line == line
    assert "url" in problem.remedy


def test_a_place_named_again_is_kept_once_and_counted(tmp_path: Path) -> None:
    first = write(tmp_path, HEADER + "a.example,5,,,first\nhttps://A.example:443/,9,,,second\n")
    second = write(tmp_path, HEADER + "hxxps://a[.]example,1,,,third\nb.example,,,,\n", "other.csv")
    book = load_seeds([first, second])
    assert [(seed.host, seed.priority) for seed in book.seeds] == [("a.example", 5), ("b.example", 0)]
    assert book.repeats == 2
    assert book.files == (first, second)


def test_files_that_cannot_be_read_are_problems_beside_the_others(tmp_path: Path) -> None:
    good = write(tmp_path, HEADER + "a.example,,,,\n")
    book = load_seeds([tmp_path / "missing.csv", tmp_path, good])
    assert [seed.host for seed in book.seeds] == ["a.example"]
    assert [problem.line for problem in book.problems] == [0, 0]


def test_an_endless_file_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "MAX_FILE_BYTES", 100_000)
    (problem,) = load_seeds([Path("/dev/zero")]).problems
    assert "100,000" in problem.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_path_with_a_nul_byte_is_a_problem() -> None:
    (problem,) = load_seeds([Path("bad\0name.csv")]).problems
    assert "cannot be read" in problem.message


def test_toml_says_the_same_as_csv(tmp_path: Path) -> None:
    text = '[[site]]\nurl = "a.example"\npriority = 3\ncategory = "loan"\n\n[[ site ]]\nurl = "b.example"\n'
    book = load(tmp_path, text, "list.toml")
    assert [(seed.host, seed.priority, seed.category) for seed in book.seeds] == [
        ("a.example", 3, "loan"),
        ("b.example", 0, ""),
    ]
    assert [seed.source.rpartition(":")[2] for seed in book.seeds] == ["1", "6"]
    assert book.problems == ()


@pytest.mark.parametrize(
    ("text", "line", "seeds"),
    [
        ('[[site]]\nurl = "a.example"\ncolour = "red"\n', 1, 0),
        ('[[site]]\nurl = "ftp://a.example"\n\n[[site]]\nurl = "b.example"\n', 1, 1),
        ('[[site]]\nurl = ["a.example"]\n', 1, 0),
        ('[[site]]\nurl = "a.example"\npriority = true\n', 1, 0),
        ("[[site]]\nurl = a.example\n", 2, 0),
        ("site = [1, 2]\n", 0, 0),
        ('site = "a.example"\n', 0, 0),
        ('[[sites]]\nurl = "a.example"\n', 0, 0),
        ('[[site]]\nurl = "a.example"\n[[sites]]\nurl = "b.example"\n', 0, 1),
        ("x = " + "[" * 5000, 0, 0),
        ("x = " + "9" * 5000, 0, 0),
        ("", 0, 0),
    ],
)
def test_bad_toml_is_named(tmp_path: Path, text: str, line: int, seeds: int) -> None:
    book = load(tmp_path, text, "list.toml")
    assert len(book.seeds) == seeds
    assert book.problems
    assert book.problems[0].line == line
    assert book.problems[0].remedy


DATA_FILES = [
    pytest.param(path, path.parent.name if path.parent != FOLDER else path.stem, id=path.name)
    for path in sorted({*FOLDER.rglob("*.toml")} - {*(FOLDER / "domains").rglob("*.toml")})
]


@pytest.mark.parametrize(("path", "kind"), DATA_FILES)
def test_the_other_files_that_ship_are_called_by_their_name(path: Path, kind: str) -> None:
    book = load_seeds([path])
    assert book.seeds == ()
    (problem,) = book.problems
    assert f"this is a {kind} file, which sweep does not read" in str(problem)


@given(st.text(max_size=400))
def test_any_csv_text_ends_in_seeds_and_problems(text: str) -> None:
    for entry in read_csv(Path("list.csv"), HEADER + text):
        assert not isinstance(entry, SeedProblem) or entry.remedy


def test_an_escaped_lost_letter_in_toml_is_named(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, '[[site]]\nurl = "\\uFFFD.example"\n', "list.toml").problems
    assert problem.line == 1


@given(st.text(alphabet='[]site=\n"url.x#{},0 ', max_size=200))
def test_any_toml_text_ends_in_seeds_and_problems(text: str) -> None:
    for entry in read_toml(Path("list.toml"), text):
        assert not isinstance(entry, SeedProblem) or entry.remedy


def test_an_unknown_category_is_named_and_the_place_is_swept(tmp_path: Path) -> None:
    file = tmp_path / "seeds.csv"
    lines = "a.example,1,fakeshop,x,y\nb.example,1,loan,x,y\nc.example,1,,x,y\nb.example,1,lone,x,y\n"
    file.write_text(HEADER + lines, encoding="utf-8")
    book = load_seeds([file])
    assert [seed.host for seed in book.seeds] == ["a.example", "b.example", "c.example"]
    assert [str(problem).partition(" is unknown")[0] for problem in book.problems] == [
        f"{file}:2: category «fakeshop»",
        f"{file}:5: category «lone»",
    ]
    assert "vẫn được quét" in book.problems[0].said("vi")


def test_the_categories_are_those_that_detection_knows() -> None:
    assert tuple(Category) == CATEGORIES
