"""The README says what the program does, and the house looks as it is described."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from takedown.cli.app import app
from takedown.cli.exit_codes import MEANINGS
from takedown.cli.settings import settings_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGES = ("crawler", "takedown", "seeds", "storage")
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "processor"}
TOP = {
    *PACKAGES,
    "tests",
    "scrapy.cfg",
    "pyproject.toml",
    "README.md",
    "Makefile",
    "uv.lock",
    "LICENSE",
}
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
COMMANDS = sorted(set(re.findall(r"^(?:\.venv/bin/)?lachan ([a-z][^#\n]*?) *(?:#.*)?$", README, re.MULTILINE)))


def section(name: str) -> list[str]:
    """The lines between two marks of the README."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    return README.split(begin)[1].split(end)[0].strip().splitlines()


def test_the_settings_table_is_current() -> None:
    assert section("settings") == settings_table(), "put in the output of `lachan settings --markdown`"


def test_the_exit_codes_are_current() -> None:
    rows = [f"| {code.value} | {meaning} |" for code, meaning in MEANINGS.items()]
    assert section("exit codes") == ["| code | meaning |", "|---|---|", *rows]


def test_help_names_every_exit_code() -> None:
    done = subprocess.run([sys.executable, "-m", "takedown.cli", "--help"], capture_output=True, text=True, check=True)
    words = " ".join(done.stdout.split())
    assert all(f"{code.value} {meaning}" in words for code, meaning in MEANINGS.items())


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_readme_exists(line: str) -> None:
    words = line.split()
    command = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
    assert not hasattr(command, "commands"), f"no command in `lachan {line}`"
    known = {name for parameter in command.params for name in getattr(parameter, "opts", [])}
    options = {word for word in words if word.startswith("-")}
    assert options <= known, f"`lachan {line}`: unknown {options - known}"


def test_the_readme_shows_every_command() -> None:
    tree = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    leaves = {
        f"{name} {inner}".strip() for name, command in tree.items() for inner in getattr(command, "commands", [""])
    }
    shown = "\n".join(COMMANDS)
    assert {leaf for leaf in leaves if not re.search(rf"^{leaf}\b", shown, re.MULTILINE)} == set()


def test_the_makefile_has_what_the_readme_names() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)\b(?= |`|$)", README, re.MULTILINE)) <= targets
    assert {"demo", "test", "lint", "bench", "clean", "setup"} <= targets


def test_the_top_level_is_fixed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= TOP


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_opens_with_a_sentence_and_bears_a_telling_name(path: Path) -> None:
    assert path.stem not in BANNED
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py" and not text.strip():
        return
    sentence = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].strip()
    assert len(sentence.split()) >= 3, f"{path}: the module does not open with a sentence"
