"""The whole proof: every case fetched and rendered by default bounds, and the table of how each ended."""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from pathlib import Path

from crawler.bounds import DEFAULT_BOUNDS
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from tests.hostile.case import Case, load_cases
from tests.hostile.namespace import enter_network_of_its_own
from tests.hostile.registries import CASES as REGISTRIES
from tests.hostile.registries import look_up_all
from tests.hostile.rendering import render
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer
from tests.hostile.sweeping import sweep
from tests.hostile.verdicts import LONGEST, Row, print_table, rendered_rows, seen_rows, swept_rows

CONTROLS = 20


class CountedLines(logging.Handler):
    """Counts what would be logged: refusals come by the thousand, and each is counted in its policy besides."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.counts[str(record.msg)] += 1

    @property
    def told(self) -> str:
        """Each kind of line with its number, the most frequent first."""
        return ", ".join(f"«{line}» {count:,}" for line, count in self.counts.most_common()) or "none"


def main() -> int:
    """Exit code 1 when anything did not go as declared."""
    words = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    words.add_argument("names", nargs="*", help="only the cases whose names begin so")
    words.add_argument("--no-browser", action="store_true", help="plain fetches only")
    chosen = words.parse_args()
    print("network:", enter_network_of_its_own())
    log = CountedLines()
    logging.getLogger().addHandler(log)
    begun = tuple(chosen.names) or ""
    cases = [case for case in load_cases() if case.name.startswith(begun)]
    rows: list[Row] = []
    faults: list[str] = []
    with Scene() as scene, HostileServer(load_cases(), scene) as server, tempfile.TemporaryDirectory() as folder:
        swept = sweep([case for case in cases if case.fetch], scene, server, Path(folder), CONTROLS)
        rows += swept_rows([case for case in cases if case.fetch], swept)
        whole = sum(line["outcome"] == "read" for host, line in swept.lines.items() if host.startswith("control-"))
        print(f"control pages of the sweep: {whole} of {CONTROLS} whole; worker's peak {swept.peak / 1e6:.0f} MB")
        faults += [] if whole == CONTROLS else ["control pages were lost"]
        rows += look_up_all(DEFAULT_BOUNDS, [each for each in REGISTRIES if each.name.startswith(begun)])
        if not chosen.no_browser:
            faults += _rendered(cases, scene, server, rows)
        print_table(rows, scene)
        faults += [f"{row.name} ({row.how}): {'; '.join(row.faults)}" for row in rows if row.faults]
        faults += [f"{row.name} ({row.how}): {row.seconds:.0f} s" for row in rows if row.seconds > LONGEST]
        faults += [f"canaries touched: {dict(scene.touches)}"] if scene.touches else []
    print("log lines:", log.told)
    print("\n".join(["", f"not as declared: {len(faults)}", *faults]))
    return 1 if faults else 0


def _rendered(cases: list[Case], scene: Scene, server: HostileServer, rows: list[Row]) -> list[str]:
    try:
        choice = find_browser("auto")
    except BrowserUnavailableError as error:
        print("nothing was rendered:", error)
        return []
    wanted = [case for case in cases if case.browser]
    flagged = [case for case in cases if case.flagged]
    with tempfile.TemporaryDirectory() as folder:
        swept = sweep(flagged, scene, server, Path(folder), 1, LACHAN_BROWSER="auto")
    rows += seen_rows(flagged, swept)
    rendered = render(wanted, scene, server, choice, DEFAULT_BOUNDS)
    rows += rendered_rows(wanted, rendered)
    print(f"browser's peak {rendered.peak / 1e6:.0f} MB, {rendered.processes} processes; refused {rendered.refusals}")
    return [f"the page after {name} was not whole" for name in rendered.spoilt]


if __name__ == "__main__":
    sys.exit(main())
