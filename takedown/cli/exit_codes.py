"""The exit codes of `lachan`, so that cron and scripts can tell apart how a command ended."""

from enum import IntEnum


class ExitCode(IntEnum):
    """A sweep that hands back its own exit code uses the same numbers."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    BROKEN = 3
    STOPPED = 4
    ALREADY_RUNNING = 5


MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "all done",
    ExitCode.SOME_FAILED: "done, but some targets failed, or a check found something wrong",
    ExitCode.USAGE: "wrong usage: an option, a file, a number or a setting is not right",
    ExitCode.BROKEN: "nothing done, since something of ours is broken (disk, database, evidence store, browser)",
    ExitCode.STOPPED: "stopped by the user; the next run goes on from there",
    ExitCode.ALREADY_RUNNING: "another sweep is running",
}


def describe_exit_codes() -> str:
    """All codes in one paragraph, for `--help`."""
    return "Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items()) + "."
