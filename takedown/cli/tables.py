"""``python -m takedown.cli.tables``: makes the database's tables or brings them up to date; set-up calls it."""

import sys

from takedown.cli.configured import load_config
from takedown.cli.faults import judge_fault
from takedown.cli.language import fault_language
from takedown.cli.opening import opened_database
from takedown.cli.shown import complain
from takedown.words import fault_words


def make_tables() -> int:
    """The exit code; a fault is one message."""
    try:
        with opened_database(load_config(), make=True):
            return 0
    except Exception as error:
        code = judge_fault(error)
        if code is None:
            raise
        complain(f"lachan: {fault_words(error, fault_language(english=False))}")
        return code


if __name__ == "__main__":
    sys.exit(make_tables())
