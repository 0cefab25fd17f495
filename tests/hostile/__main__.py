"""The whole proof: every case fetched and rendered by default bounds, and the table of how each ended.

Every look is told and kept as soon as it ends. A run that was stopped prints the table of what it has, and goes on
with ``--resume FILE``.
"""

import argparse
import logging
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from crawler.bounds import DEFAULT_BOUNDS
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from tests.hostile.case import Case, load_cases
from tests.hostile.diary import CountedLines, Diary, NoDiaryError
from tests.hostile.namespace import enter_network_of_its_own
from tests.hostile.registries import CASES as REGISTRIES
from tests.hostile.registries import RegistryCase, look_up_all
from tests.hostile.rendering import Rendered, render
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer
from tests.hostile.sweeping import LOST, Swept, sweep
from tests.hostile.verdicts import LONGEST, print_table, rendered_rows, seen_rows, swept_rows

CONTROLS = 20
FOLDER = Path("var/hostile")
SWEEP_SECONDS = 3600  # of all cases on a busy machine; it ends long before


def main() -> int:
    """Exit code 1 when anything did not go as declared, 2 for wrong words, 4 when it was stopped."""
    words = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    words.add_argument("names", nargs="*", help="only the cases whose names begin so")
    words.add_argument("--no-browser", action="store_true", help="plain fetches only")
    words.add_argument("--browser-alone", action="store_true", help="what needs a browser only")
    words.add_argument("--resume", type=Path, metavar="FILE", help="go on with the run that told this file")
    chosen = words.parse_args()
    try:
        diary = Diary.resume(chosen.resume) if chosen.resume else Diary.begin(FOLDER / f"{_now()}.ndjson")
    except NoDiaryError as error:
        words.error(str(error))
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job is born deaf to the first
        signal.signal(number, signal.default_int_handler)
    print("network:", enter_network_of_its_own())
    print("each look is kept in", diary.path, flush=True)
    log = CountedLines()
    logging.getLogger().addHandler(log)
    plan = _Plan(tuple(chosen.names) or "", plain=not chosen.browser_alone, browser=not chosen.no_browser)
    with Scene() as scene, HostileServer(load_cases(), scene) as server:
        stopped = _look(plan, diary, scene, server)
        if scene.touches:
            diary.fault(f"canaries touched: {dict(scene.touches)}")
        return _conclude(diary, scene, log, stopped)


class _Plan:
    """The looks that were chosen, by kind."""

    def __init__(self, begun: "str | tuple[str, ...]", *, plain: bool, browser: bool) -> None:
        cases = [case for case in load_cases() if case.name.startswith(begun)]
        self.fetch = [case for case in cases if case.fetch and plain]
        self.registries: list[RegistryCase] = [each for each in REGISTRIES if each.name.startswith(begun) and plain]
        self.flagged = [case for case in cases if case.flagged and browser]
        self.browser = [case for case in cases if case.browser and browser]

    def __len__(self) -> int:
        return sum(map(len, (self.fetch, self.registries, self.flagged, self.browser)))


def _look(plan: _Plan, diary: Diary, scene: Scene, server: HostileServer) -> bool:
    """All that is left of the plan; whether it was stopped."""
    try:
        with diary:
            diary.expect(len(plan))
            _fetched(diary.left(plan.fetch, "fetch"), diary, scene, server)
            done = {row.name for row in diary.rows if row.family == "registries"}
            look_up_all(DEFAULT_BOUNDS, [each for each in plan.registries if each.name not in done], tell=diary.add)
            if plan.flagged or plan.browser:
                _rendered(plan, diary, scene, server)
    except KeyboardInterrupt:
        return True
    return False


def _fetched(cases: list[Case], diary: Diary, scene: Scene, server: HostileServer) -> None:
    if not cases:
        return

    def tell(found: Swept, host: str) -> None:
        for row in swept_rows([case for case in cases if case.host == host], found):
            diary.add(row)

    with tempfile.TemporaryDirectory() as folder:
        swept = sweep(cases, scene, server, Path(folder), CONTROLS, tell, SWEEP_SECONDS)
    for row in swept_rows(diary.left(cases, "fetch"), swept):
        diary.add(row)
    whole = sum(line["outcome"] == "read" for host, line in swept.lines.items() if host.startswith("control-"))
    diary.note(f"control pages of the sweep: {whole} of {CONTROLS} whole; worker's peak {swept.peak / 1e6:.0f} MB")
    if whole != CONTROLS:
        diary.fault("control pages were lost")
    if swept.exit_code == LOST:
        diary.fault(f"the sweep did not end within {SWEEP_SECONDS} s")


def _rendered(plan: _Plan, diary: Diary, scene: Scene, server: HostileServer) -> None:
    try:
        choice = find_browser("auto")
    except BrowserUnavailableError as error:
        diary.fault(f"nothing was rendered: {error}")
        return
    if flagged := diary.left(plan.flagged, "sweep"):

        def seen(found: Swept, host: str) -> None:
            for row in seen_rows([case for case in flagged if case.host == host], found):
                diary.add(row)

        with tempfile.TemporaryDirectory() as folder:
            swept = sweep(flagged, scene, server, Path(folder), 1, seen, SWEEP_SECONDS, LACHAN_BROWSER="auto")
        for row in seen_rows(diary.left(flagged, "sweep"), swept):
            diary.add(row)
    if not (wanted := diary.left(plan.browser, "browser")):
        return

    def tell(found: Rendered, case: Case) -> None:
        for row in rendered_rows([case], found):
            diary.add(row)
        if spoilt := found.spoilt.get(case.name):
            diary.fault(f"the page after {case.name} was not whole: {spoilt}")

    rendered = render(wanted, scene, server, choice, DEFAULT_BOUNDS, tell)
    diary.note(
        f"browser's peak {rendered.peak / 1e6:.0f} MB, {rendered.processes} processes; refused {rendered.refusals}"
    )


def _conclude(diary: Diary, scene: Scene, log: CountedLines, stopped: bool) -> int:
    if diary.rows:
        print_table(diary.rows, scene)
    print("\n".join(diary.notes))
    print("log lines:", log.told)
    faults = [*diary.faults]
    faults += [f"{row.name} ({row.how}): {'; '.join(row.faults)}" for row in diary.rows if row.faults]
    faults += [f"{row.name} ({row.how}): {row.seconds:.0f} s" for row in diary.rows if row.seconds > LONGEST]
    print("\n".join(["", f"not as declared: {len(faults)}", *faults]))
    if stopped:
        print(f'stopped after {len(diary.rows)} looks; go on with ARGS="--resume {diary.path} …" and the same choice')
        return 4
    return 1 if faults else 0


def _now() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}"


if __name__ == "__main__":
    sys.exit(main())
