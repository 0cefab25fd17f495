"""`make tamper`: random mutations of store, database, log and bundle, and which check found each."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.tamper.archive import build
from tests.tamper.bundles import judged
from tests.tamper.running import run


def main() -> int:
    """Exit code 1 when a mutation was not found, or whole evidence was called harmed."""
    words = argparse.ArgumentParser(prog="python -m tests.tamper", description=__doc__)
    words.add_argument("--number", type=int, default=1000)
    words.add_argument("--seed", type=int, default=20261127)
    chosen = words.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lachan-tamper-") as name:
        archive = build(Path(name) / "archive")
        if archive.faults() or judged(archive):
            print("the whole archive is called harmed:", archive.faults()[:3], judged(archive))
            return 1
        found = run(archive, Path(name), chosen.number, chosen.seed)
    for title, counts in (("done", found.kinds), ("found by", found.by)):
        print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    print("\n".join(found.missed))
    done = sum(found.kinds.values())
    print(f"{done - len(found.missed)} of {done} found, seed {chosen.seed}, {time.monotonic() - started:.0f} s")
    return 1 if found.missed else 0


if __name__ == "__main__":
    sys.exit(main())
