"""`python -m tests.bench.reading [--corpus FILE]`: what the detector costs on pages, and how soon `lachan text` speaks.

Per page and in turn, so that a busy machine slows all alike: the first look (decode, parse, fold, match, judge), the
full facts (parse), and the whole judgement on top of them. CPU is the process's own. FILE: ``pages.jsonl.gz`` in the
labelled-pages format; without it the saved pages under tests/pages are read. Of each page the best of two turns counts:
the first pays for what is loaded once.
"""

import argparse
import gzip
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.brands import detection_brands
from crawler.detection.engine import assess_page
from crawler.detection.firstlook import judge_first_look
from crawler.parsing.firstlook import first_look
from crawler.parsing.page import parse_page

ROOT = Path(__file__).parents[2]
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
SAVED = ROOT / "tests" / "pages"
MESSAGE = "Tai khoan cua ban bi khoa, dang nhap acb-vn.top de xac minh"
GOALS = (
    ("first look, median", "look", 0.5, 1.5),
    ("first look, p95", "look", 0.95, 5.0),
    ("full facts, median", "facts", 0.5, 30.0),
    ("full facts, p95", "facts", 0.95, 0.0),
    ("judgement of the facts, median", "judgement", 0.5, 0.0),
    ("judgement of the facts, p95", "judgement", 0.95, 0.0),
)  # milliseconds of CPU a page; 0: shown without a goal
START_GOAL = 0.5  # seconds


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.reading", description=__doc__)
    options.add_argument("--corpus", type=Path)
    options.add_argument("--sample", type=int, default=400)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    pages = list(corpus_pages(chosen.corpus) if chosen.corpus else saved_pages())
    random.Random(7).shuffle(pages)
    spent = measure(pages[: chosen.sample])
    starts = [start_of_text() for _ in range(5)]
    if chosen.json:
        print(json.dumps({**{name: sorted(values) for name, values in spent.items()}, "start": sorted(starts)}))
    else:
        print(table(spent, starts))


def saved_pages() -> Iterator[tuple[str, bytes]]:
    """Address and markup of the pages that the tests keep."""
    for path in sorted(SAVED.rglob("*.html")):
        yield f"https://{path.parent.name.replace('_', '-')}.example/", path.read_bytes()


def corpus_pages(file: Path) -> Iterator[tuple[str, bytes]]:
    """The same of a labelled corpus; a page without an address stands on a name of its own."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            url = str(row.get("url") or "")
            own = url if url.startswith(("http://", "https://")) else f"https://p{number}.example/"
            yield own, str(row["html"]).encode("utf-8", "replace")


def measure(pages: list[tuple[str, bytes]]) -> dict[str, list[float]]:
    """Milliseconds of CPU that each step took for each page."""
    brands = detection_brands()
    spent: dict[str, list[float]] = {"look": [], "facts": [], "judgement": []}
    for url, html in pages:
        facts = parse_page(html, url=url, observed_at=SEEN)
        spent["look"].append(best(lambda: judge_first_look(first_look(html, url=url), brands)))  # noqa: B023 - now
        spent["facts"].append(best(lambda: parse_page(html, url=url, observed_at=SEEN)))  # noqa: B023
        spent["judgement"].append(best(lambda: assess_page(facts, brands)))  # noqa: B023
    return spent


def best(step: Callable[[], object]) -> float:
    """The cheaper of two turns, in milliseconds of CPU."""
    turns = []
    for _ in range(2):
        began = time.process_time()
        step()
        turns.append(1000 * (time.process_time() - began))
    return min(turns)


def start_of_text() -> tuple[float, float]:
    """Seconds from the command to its answer: on the clock, and of CPU, which a busy machine stretches less."""
    used, began = children(), time.monotonic()
    command = [sys.executable, "-m", "takedown.cli", "text", MESSAGE]
    environment = {**os.environ, "LACHAN_LANGUAGE": "vi"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False)
    if not done.stdout:
        sys.exit(f"lachan text: exit {done.returncode}\n{done.stderr.decode()[-2000:]}")
    return time.monotonic() - began, children() - used


def children() -> float:
    """Seconds of CPU of all processes that were started and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def table(spent: dict[str, list[float]], starts: list[tuple[float, float]]) -> str:
    """Each figure with its goal."""
    lines = [f"{len(spent['look'])} pages; milliseconds of CPU a page"]
    for label, name, share, goal in GOALS:
        values = sorted(spent[name])
        value = values[min(len(values) - 1, int(share * len(values)))]
        lines.append(f"{label}: {value:.2f}{verdict(value, goal)}")
    clock, cpu = (statistics.median(column) for column in zip(*starts, strict=True))
    lines.append(f"start of `lachan text`: {clock:.2f} s on the clock{verdict(clock, START_GOAL)}, {cpu:.2f} s of CPU")
    return "\n".join(lines)


def verdict(value: float, goal: float) -> str:
    """Whether a goal is met, where there is one."""
    return f" (goal ≤ {goal}, {'met' if value <= goal else 'not met'})" if goal else ""


if __name__ == "__main__":
    main()
