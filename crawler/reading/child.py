"""The process that reads heavy pages: takes jobs from standard input until it ends; whoever started it may kill it."""

import os
import pickle  # between two processes of ours
import resource
import struct
import sys
from typing import BinaryIO

from crawler.reading.edition import edition_of
from crawler.reading.job import look_at, read

LENGTH = struct.Struct("!I")
MEMORY = 3_000_000_000  # of addresses; what is really used is a tenth of it


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Say which edition this is; then answer each job with its facts, or with the exception that it ended in."""
    sink.write(edition_of())
    sink.flush()
    while head := source.read(LENGTH.size):
        kind, job = pickle.loads(source.read(*LENGTH.unpack(head)))  # noqa: S301  # nosec B301
        try:
            answer: object = look_at(job) if kind == "look" else read(job)
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            answer = f"{type(error).__name__}: {error}"[:300]
        data = pickle.dumps(answer)
        sink.write(LENGTH.pack(len(data)) + data)
        sink.flush()


def main() -> None:
    """Read until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):  # whoever asked has gone: nothing more is said, not even at the end
        os._exit(0)


if __name__ == "__main__":
    main()
