"""`lachan`: the composition root. Commands import what they need when they run, so that `--help` is instant."""

import sys
from collections.abc import Sequence
from typing import NoReturn

_INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Runs one command and exits with its code; expected faults become one message, never a traceback."""
    from takedown.cli.app import app
    from takedown.cli.exit_codes import ExitCode

    given = list(sys.argv[1:] if words is None else words)
    try:
        app(given, prog_name="lachan")
    except SystemExit as ended:
        sys.exit(ExitCode.STOPPED if ended.code == _INTERRUPTED else ended.code)
    except KeyboardInterrupt:
        sys.exit(ExitCode.STOPPED)
    except Exception as error:
        from takedown.cli.faults import judge_fault

        code = judge_fault(error)
        if code is None:
            raise
        _report(error, code, as_json="--json" in given)
        sys.exit(code)
    sys.exit(ExitCode.DONE)


def _report(error: Exception, code: int, *, as_json: bool) -> None:
    from takedown.cli.shown import complain, say_json

    complain(*(f"lachan: {line}" for line in str(error).splitlines()))
    if as_json:
        say_json({"error": str(error), "exit_code": int(code)})
