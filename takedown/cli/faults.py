"""Tells faults that a person can mend from our own mistakes, and gives each its message and exit code."""

from takedown.cli.exit_codes import ExitCode


class WrongUsageError(Exception):
    """The command line asks for something that cannot be; the message says what to write instead; ``vi`` too."""

    def __init__(self, en: str, vi: str) -> None:
        super().__init__(en)
        self.vi = vi


def judge_fault(error: Exception) -> ExitCode | None:
    """The exit code of an expected fault; None for a mistake of ours, which deserves its traceback."""
    from crawler.errors import CrawlerError, EvidenceError, SettingsError
    from seeds import SeedDataError
    from storage.errors import StorageError, VaultError
    from takedown.errors import TakedownError

    if isinstance(error, WrongUsageError | SettingsError | TakedownError | VaultError):
        return ExitCode.USAGE
    if isinstance(error, EvidenceError):
        return ExitCode.SOME_FAILED
    if isinstance(error, CrawlerError | StorageError | SeedDataError):
        return ExitCode.BROKEN
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        return ExitCode.BROKEN
    return None
