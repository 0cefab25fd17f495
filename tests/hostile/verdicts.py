"""Holds what happened against what each case declares, and prints the table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.hostile.case import Case
from tests.hostile.rendering import Rendered
from tests.hostile.scene import Scene
from tests.hostile.sweeping import Swept

FLAGGED = frozenset({"watch", "suspicious", "likely", "near_certain"})
LONGEST = 45.0  # seconds, by default settings


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``faults``: what did not go as declared."""

    name: str
    family: str
    how: str
    state: str
    seconds: float
    faults: tuple[str, ...] = ()


def swept_rows(cases: Iterable[Case], swept: Swept) -> list[Row]:
    """What the sweep recorded of each case."""
    rows = []
    for case in cases:
        line = swept.lines.get(case.host)
        if line is None:
            rows.append(Row(case.name, case.family, "fetch", "(lost)", 0.0, ("nothing was recorded",)))
            continue
        faults = [*_state_faults(case.fetch, line["outcome"], line["reason"])]
        if line["level"] == "clean" and line["outcome"] != "read":
            faults.append("called clean, and was not read")
        if line["reason"].startswith("our fault"):
            faults.append(line["reason"])
        seconds = swept.seconds.get(case.host, 0.0)
        rows.append(Row(case.name, case.family, "fetch", line["outcome"], seconds, tuple(faults)))
    return rows


def seen_rows(cases: Iterable[Case], swept: Swept) -> list[Row]:
    """What a sweep with a browser made of each fraud: it must lie before a person."""
    rows = []
    for case in cases:
        line = swept.lines.get(case.host, {"outcome": "(lost)", "level": "unknown"})
        faults = () if line["level"] in FLAGGED else (f"{line['outcome']}, {line['level']}: nobody would see it",)
        seconds = float(line.get("seconds", 0.0))  # on the site's own clock: it stands while others are served
        rows.append(Row(case.name, case.family, "sweep", line["outcome"], seconds, faults))
    return rows


def rendered_rows(cases: Iterable[Case], rendered: Rendered) -> list[Row]:
    """What the browser brought of each case."""
    rows = []
    for case in cases:
        visit = rendered.visits[case.host]
        seconds = rendered.seconds[case.host]
        faults = [*_state_faults(case.browser, visit.outcome.value, visit.reason)]
        if case.holds and visit.outcome == "read" and case.holds not in rendered.texts[case.host]:
            faults.append(f"«{case.holds}» was not read")
        if any(Scene.leaked(part) for part in (visit.dom, visit.mhtml, visit.html)):
            faults.append("holds the canary's secret")
        rows.append(Row(case.name, case.family, "browser", visit.outcome.value, seconds, tuple(faults)))
    return rows


def _state_faults(allowed: str, state: str, reason: str) -> list[str]:
    return [] if state in allowed.split("|") else [f"{state} ({reason[:120]}), not {allowed}"]


def row_line(row: Row) -> str:
    """One look in one line."""
    mark = "  !! " + "; ".join(row.faults) if row.faults else ""
    return f"{row.family:12} {row.name:36} {row.how:8} {row.state:19} {row.seconds:6.1f} s{mark}"


def print_table(rows: Sequence[Row], scene: Scene) -> None:
    """Every case, then the sums."""
    for row in sorted(rows, key=lambda row: (row.family, row.name, row.how)):
        print(row_line(row))
    print()
    print("cases:", len({row.name for row in rows}), "  looks:", len(rows))
    print(
        "final states:", ", ".join(f"{state} {count}" for state, count in Counter(r.state for r in rows).most_common())
    )
    print("canary hits:", sum(scene.touches.values()), dict(scene.touches) or "")
    longest = max(rows, key=lambda row: row.seconds)
    print(f"longest: {longest.name} ({longest.how}), {longest.seconds:.1f} s")
