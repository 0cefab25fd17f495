"""`lachan`: the composition root. Commands import what they need when they run, so that `--help` is instant."""

import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

from crawler.programs import find_unpacked_programs

_INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Runs one command and exits with its code; expected faults become one message, never a traceback."""
    given = list(sys.argv[1:] if words is None else words)
    find_unpacked_programs()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of an old locale is shown what it can show
            stream.reconfigure(errors="backslashreplace")
    try:
        _run(given)
    except SystemExit as ended:
        if ended.code != _INTERRUPTED:
            raise
        _stop(as_json="--json" in given)
    except KeyboardInterrupt:
        _stop(as_json="--json" in given)
    except BrokenPipeError:
        _hang_up()
    except Exception as error:
        from takedown.cli.faults import judge_fault

        if hasattr(error, "format_message"):  # the command tree's: an option or value that it does not know
            _misused(error, as_json="--json" in given)
        code = judge_fault(error)
        if code is None:
            raise
        _report(error, code, as_json="--json" in given, english="--en" in given)
        sys.exit(code)
    sys.exit(0)


def _run(words: list[str]) -> None:
    if words[:1] == ["text"]:
        from takedown.cli.message import plain_words, say_message

        if plain := plain_words(words[1:]):
            say_message(plain[0], as_json=plain[1], english=plain[2])
            return
    from takedown.cli.app import app  # here, so that Ctrl-C during the start is caught too

    if code := app(words, prog_name="lachan", standalone_mode=False):
        sys.exit(code)


def _misused(error: Any, *, as_json: bool) -> NoReturn:
    """Usage and what is wrong with it, as the library of the command tree prints them; for programs as JSON too."""
    from takedown.cli.shown import say_json

    error.show()
    if as_json:
        say_json({"error": error.format_message(), "exit_code": error.exit_code})
    sys.exit(error.exit_code)


def _stop(*, as_json: bool) -> NoReturn:
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.shown import complain, say_json

    signal.signal(signal.SIGINT, lambda *_: os._exit(ExitCode.STOPPED))  # once more: with the same code, and at once
    complain("lachan: stopped")
    if as_json:
        say_json({"exit_code": int(ExitCode.STOPPED), "stopped": True})
    sys.exit(ExitCode.STOPPED)


def _hang_up() -> NoReturn:
    """Whoever read our output has gone, as `head` does: nothing more is written, not even at the end."""
    from takedown.cli.exit_codes import ExitCode

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(ExitCode.STOPPED)


def _report(error: Exception, code: int, *, as_json: bool, english: bool) -> None:
    from takedown.cli.language import fault_language
    from takedown.cli.shown import complain, say_json
    from takedown.words import fault_words

    complain(*(f"lachan: {line}" for line in fault_words(error, fault_language(english=english)).splitlines()))
    if as_json:
        say_json({"error": str(error), "exit_code": int(code)})
