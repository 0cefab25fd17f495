"""Everything in a seeds folder is read, and all that is wrong in it is said at once."""

import shutil
from pathlib import Path

from seeds import check_all
from seeds.brands import FOLDER


def test_what_ships_is_without_fault() -> None:
    report = check_all()
    assert report.problems == ()
    assert report.seeds == sum(count for _, count in report.files) > 500


def test_all_faults_of_a_folder_are_said_with_their_places(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "domains" / "mine.csv").write_text("url,priority\na.example,1\nftp://b.example,1\n", "utf-8")
    (folder / "groups" / "bad.toml").write_text("id = \n", "utf-8")
    with (folder / "protected.csv").open("a", encoding="utf-8") as file:
        file.write("X.example,news,báo,nguồn,no,\ny.example,friend,bạn,nguồn,no,\n")
    lines = (folder / "protected.csv").read_text("utf-8").splitlines()
    report = check_all(folder)
    places = {(Path(problem.path).name, problem.line) for problem in report.problems}
    assert places == {
        ("mine.csv", 3),
        ("bad.toml", 0),
        ("protected.csv", len(lines) - 1),
        ("protected.csv", len(lines)),
    }
    assert all(problem.message and problem.remedy for problem in report.problems)
    counts = {Path(name).name: count for name, count in report.files}
    assert counts["mine.csv"] == 1
    assert counts["brands.toml"] >= 176


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    report = check_all(tmp_path)
    assert {Path(problem.path).name for problem in report.problems} == {"brands.toml", "protected.csv"}
