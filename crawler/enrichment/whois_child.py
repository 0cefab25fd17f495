"""Runs alone in a process of its own: reads {"domain", "text"} from standard input, writes the parsed record as JSON.

It is started as a file, imports nothing of the project and opens no connection; whoever started it may kill it.
"""

import json
import resource
import sys
from datetime import datetime

SECONDS = 10
MEMORY = 768_000_000
VALUES = 64


def main() -> int:
    """Exit code 0: a record; 3: the parser takes the answer for a free name; 4: it cannot read the answer."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from whois.exceptions import WhoisDomainNotFoundError, WhoisError
    from whois.parser import WhoisEntry

    question = json.load(sys.stdin)
    try:
        record = WhoisEntry.load(question["domain"], question["text"])
    except WhoisDomainNotFoundError:
        return 3
    except (WhoisError, ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        print(f"{type(error).__name__}: {error}"[:300], file=sys.stderr)  # noqa: T201
        return 4
    json.dump({str(name): listed(value) for name, value in record.items()}, sys.stdout)
    return 0


def listed(value: object) -> list[str]:
    """Any value of the record as texts; times in ISO 8601."""
    values = value if isinstance(value, (list, tuple, set)) else [] if value is None else [value]
    return [entry.isoformat() if isinstance(entry, datetime) else str(entry) for entry in list(values)[:VALUES]]


if __name__ == "__main__":
    sys.exit(main())
