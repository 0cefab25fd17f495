"""`lachan text` reads an argument, a file and standard input, and speaks both languages."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.config import SETTINGS_FILE
from takedown.cli import language
from takedown.cli.app import app
from takedown.cli.message import plain_words, say_message

Run = Callable[..., tuple[int, str, str]]
MESSAGE = "Tai khoan cua ban bi khoa. Neu khong phai ban vui long vao https://acb-vn.top de huy. LH zalo 0912345678"


def test_a_message_is_explained_with_what_it_holds(run: Run) -> None:
    code, out, _ = run("text", MESSAGE)
    assert code == 0
    assert "hxxps://acb-vn[.]top" in out
    assert "+84912345678" in out
    assert "phishing" in out
    assert "Links: hxxps" in run("text", "--en", MESSAGE)[1]


def test_a_program_gets_one_object(run: Run) -> None:
    found = json.loads(run("text", "--json", MESSAGE)[1])
    assert {"level", "points", "probability", "category", "signals", "links", "phones", "accounts"} <= found.keys()
    assert found["category"] == "phishing"
    assert found["links"][0]["host"] == "acb-vn.top"


def test_a_file_and_standard_input_are_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tin.txt").write_text(MESSAGE, encoding="utf-16")
    expected = json.loads(run("text", "--json", MESSAGE)[1])
    assert json.loads(run("text", "--json", "tin.txt")[1]) == expected
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MESSAGE.encode()), encoding="utf-8"))
    assert json.loads(run("text", "--json", "-")[1]) == expected


def test_a_file_that_is_not_there_is_wrong_usage(run: Run) -> None:
    code, _, err = run("text", "missing.txt")
    assert code == 2
    assert "không có tệp này" in err


def test_nothing_to_read_is_unknown(run: Run) -> None:
    assert json.loads(run("text", "--json", " ")[1])["level"] == "unknown"


def test_the_quick_way_to_the_language_knows_the_settings_file() -> None:
    assert language.SETTINGS_FILE == SETTINGS_FILE


def test_a_message_is_judged_without_loading_the_parser_of_options() -> None:
    code = (
        "import sys; from takedown.cli import main\n"
        "try: main(['text', 'xin chào', '--json'])\n"
        "except SystemExit as ended: assert not ended.code\n"
        "heavy = {'typer', 'rich', 'pydantic', 'scrapy', 'twisted', 'sqlalchemy', 'lxml'} & sys.modules.keys()\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["level"] == "clean"


@pytest.mark.parametrize("words", [["tin", "--jsn"], ["--help"], ["--", "-x"], ["-x"]])
def test_what_is_no_plain_message_goes_to_the_parser_of_options(words: list[str]) -> None:
    assert plain_words(words) is None


@pytest.mark.parametrize("options", [[], ["--json"], ["--en"], ["--json", "--en"]])
def test_both_ways_say_the_same(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    message = "Tai khoan cua ban bi khoa, dang nhap ngay http://vcb-digibank.example"
    plain = plain_words([message, *options])
    assert plain is not None
    say_message(plain[0], as_json=plain[1], english=plain[2])
    shown = capsys.readouterr().out
    app(["text", message, *options], prog_name="lachan", standalone_mode=False)
    assert capsys.readouterr().out == shown
