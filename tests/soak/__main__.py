"""`make soak`: thousands of plain and rendered visits by one sweep, and whether anything grows or is left behind."""

import argparse
import json
import shutil
import signal
import sys
from pathlib import Path

from crawler.evaluation.drawing import write_drawing
from tests.soak.curve import MEMORY, Sample, after_warm_up, draw, fit
from tests.soak.processes import adopt_orphans
from tests.soak.running import Ended, Plan, soak

WARM_UP = 0.1  # of the visits
MOST_MB, MOST_FILES, MOST_BROWSERS = 5.0, 5.0, 0.5  # per 1,000 visits
JUDGED = (
    *((name, MOST_MB, "MB") for name in MEMORY),
    ("worker_files", MOST_FILES, "descriptors"),
    ("browsers", MOST_BROWSERS, "browsers"),
)
TELL_SECONDS = 30.0


def main() -> int:
    """Exit code 1 when something grew or was left, 4 when it was stopped; then the same command goes on."""
    words = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    words.add_argument("--visits", type=int, default=5000)
    words.add_argument("--every", type=float, default=2.0, help="seconds between two looks")
    words.add_argument("--folder", type=Path, default=Path("var/soak"))
    words.add_argument("--no-samples", action="store_true", help="without the sample sites of tests/site")
    words.add_argument("--warm-up", type=float, default=WARM_UP, help="share of the visits that is left out of the fit")
    words.add_argument("--short", action="store_true", help="slopes are told, not judged: few visits are all warm-up")
    chosen = words.parse_args()
    plan = Plan(chosen.folder.absolute(), chosen.visits, chosen.every, samples=not chosen.no_samples)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job is born deaf to the first
        signal.signal(number, signal.default_int_handler)
    adopt_orphans()
    if resumed(plan):
        print("going on with the run in", plan.folder, flush=True)
    ended = soak(plan, _Teller(chosen.visits))
    samples = ended.samples
    mix = f"{samples[-1].visits:,} visits, {samples[-1].rendered:,} of them rendered" if samples else "no visit"
    for name in ("soak.svg", "soak.png"):
        write_drawing(draw(samples, chosen.warm_up, mix), plan.folder / name)
    faults = [*slopes(samples, chosen.warm_up, judge=not chosen.short), *remains(ended)]
    print(f"{mix}; targets by outcome: {dict(ended.outcomes.most_common())}")
    print(f"curve: {plan.folder / 'soak.svg'} and soak.png, samples: soak.csv, {len(samples)} looks")
    print("\n".join(faults or ["nothing grew, nothing was left"]))
    if ended.exit_code == 4:
        print("stopped; the same command goes on with it")
        return 4
    (plan.folder / "done.json").write_text(json.dumps({"faults": faults, "mix": mix}), "utf-8")
    return 1 if faults else 0


def resumed(plan: Plan) -> bool:
    """Whether the folder holds a run of the same size that was not done; what else is there makes way."""
    size, done = plan.folder / "visits", plan.folder / "done.json"
    if size.exists() and size.read_text() == str(plan.visits) and not done.exists():
        return True
    if size.exists() or not plan.folder.exists() or not any(plan.folder.iterdir()):
        shutil.rmtree(plan.folder, ignore_errors=True)
    else:
        sys.exit(f"{plan.folder} holds something that is no soak's: name another folder")
    plan.folder.mkdir(parents=True)
    size.write_text(str(plan.visits))
    return False


def slopes(samples: list[Sample], warm_up: float, *, judge: bool) -> list[str]:
    """What grew, or may have grown; prints all slopes."""
    steady = after_warm_up(samples, warm_up)
    faults = []
    for name, most, unit in JUDGED:
        try:
            slope = fit(steady, name)
        except ValueError as error:
            print(f"{name:13} {error}")
            continue
        print(
            f"{name:13} {slope.per_thousand:+7.2f} ± {slope.error:.2f} {unit} per 1,000 visits; "
            f"median {slope.first:.0f} at first, {slope.last:.0f} at last, peak {slope.peak:.0f}"
        )
        if judge and slope.per_thousand > most:
            shown = slope.per_thousand - 2 * slope.error > most
            said = "grew" if shown else "may have grown (within its error: more visits would tell)"
            faults.append(f"{name} {said}: {slope.per_thousand:.1f} {unit} per 1,000 visits, more than {most:g}")
    return faults


def remains(ended: Ended) -> list[str]:
    """What was lost, and what was left behind."""
    faults = []
    if ended.exit_code not in {0, 1, 4}:
        faults.append(f"the sweep ended with exit code {ended.exit_code}; see its log")
    if ended.unswept and ended.exit_code != 4:
        faults.append(f"{ended.unswept} of {ended.targets} targets were not swept")
    faults += [f"left running: {words}" for words in ended.left]
    faults += [f"left in its temporary folder: {name}" for name in ended.remains]
    return faults


class _Teller:
    """Says now and then how far it is."""

    def __init__(self, visits: int) -> None:
        self._visits = visits
        self._said = -TELL_SECONDS

    def __call__(self, sample: Sample) -> None:
        if sample.seconds - self._said < TELL_SECONDS:
            return
        self._said = sample.seconds
        print(
            f"{sample.seconds:6.0f} s  {sample.visits:5} of {self._visits} visits, {sample.rendered} rendered; "
            f"worker {sample.worker:.0f} MB, driver {sample.driver:.0f} MB, browser {sample.browser:.0f} MB, "
            f"{sample.processes} processes, {sample.worker_files} descriptors",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
