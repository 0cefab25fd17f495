"""Coverage-guided fuzzing of one reader, in a process of its own: ``python -m tests.fuzz.guided NAME CORPUS ...``.

The engine (libFuzzer) ends the process itself: exit code 0 when nothing was found, 77 a crash, 70 a hang.
"""

import os
import sys

import atheris

with atheris.instrument_imports(include=["crawler", "seeds", "takedown.delivery", "takedown.inert", "whois"]):
    from tests.fuzz.readers import READERS, Reader


def main() -> None:
    """Never returns."""
    # The highest memory of whoever started us is inherited over exec, and the engine would take it for ours.
    if child := os.fork():
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    name, *arguments = sys.argv[1:]
    reader = next(reader for reader in READERS if reader.name == name)
    atheris.Setup([sys.argv[0], *arguments], lambda data: once(reader, data))
    atheris.Fuzz()


def once(reader: Reader, data: bytes) -> None:
    """One try; what is not declared ends the process."""
    try:
        reader.read(data)
    except reader.declared:
        return


if __name__ == "__main__":
    main()
