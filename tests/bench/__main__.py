"""`python -m tests.bench`: our crawl and our captures beside bare ones, interleaved in one run, as ratios.

Each measurement is a process of its own; the local web is served by another. CPU is the process's own with its
children, wall is what it took between ready and done. Ratios are taken pair by pair, and the median is printed.
"""

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from crawler.config import Config
from tests.bench.serving import serve

GOALS = (
    ("full pipeline ÷ bare Scrapy (same handler and settings)", "ours", "bare", 0.5),
    ("full pipeline ÷ Scrapy + BeautifulSoup", "ours", "soup", 8.0),
    ("our crawl ÷ Scrapy with default settings", "ours", "default", 1.5),
    ("sealed capture ÷ bare Playwright JPEG", "sealed", "jpeg", 0.75),
    ("name triage ÷ scoring as certificate watchers do, same brands", "triage", "watcher", 10.0),
)
HOSTS = ("bare", "soup", "default", "ours")
NAMES = ("triage", "watcher")


def measure(name: str, environment: dict[str, str], pages: int, captures: int) -> dict[str, Any]:
    """Run one scenario in a process of its own."""
    arguments = [sys.executable, "-m", "tests.bench", "--scenario", name, f"--pages={pages}", f"--captures={captures}"]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        sys.exit(f"{name}: exit {done.returncode}\n{done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def scenario(name: str, pages: int, captures: int) -> dict[str, Any]:
    """Do the work of one scenario and say what it cost."""
    if name in NAMES:
        from tests.bench.names import measure_names

        return measure_names(name)
    config = Config()
    urls = tuple(f"http://{host}/" for host in (f"b{number:05}.example" for number in range(pages)))
    with tempfile.TemporaryDirectory(prefix="lachan-bench-") as folder:
        started = time.monotonic()
        count = run(name, urls, captures, config.model_copy(update={"data_dir": Path(folder)}), Path(folder))
        seconds = time.monotonic() - started
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return {"name": name, "count": count, "seconds": seconds, "cpu": cpu, "peak_mb": own.ru_maxrss / 1024}


def run(name: str, urls: tuple[str, ...], captures: int, config: Config, folder: Path) -> int:
    """Dispatch by name; imports inside, so that each process pays only for its own."""
    if name in {"bare", "soup", "default"}:
        from tests.bench.crawls import BareSpider, SoupSpider, crawl_plain

        return crawl_plain(SoupSpider if name == "soup" else BareSpider, urls, config, defaults=name == "default")
    if name == "ours":
        from tests.bench.crawls import crawl_ours

        return crawl_ours(urls, config, folder)
    from tests.bench.captures import capture_bare, capture_sealed

    url = "http://shop.example/"
    if name == "jpeg":
        return capture_bare(url, captures, f"MAP shop.example {os.environ['BENCH_ADDRESS']}")
    return capture_sealed(url, captures, config, folder)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--pages", type=int, default=1500)
    options.add_argument("--captures", type=int, default=20)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    options.add_argument("--scenario", default="")
    chosen = options.parse_args()
    if chosen.scenario:
        print(json.dumps(scenario(chosen.scenario, chosen.pages, chosen.captures)))
        return
    rounds = measure_all(chosen.pages, chosen.captures, chosen.rounds)
    print(json.dumps(rounds) if chosen.json else table(rounds))


def measure_all(pages: int, captures: int, count: int) -> list[dict[str, dict[str, Any]]]:
    """``count`` rounds of every scenario, one after the other within a round."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, pages))
    server.start()
    allow, mapping, address = ours.recv()
    environment = {
        **os.environ,
        "LACHAN_EGRESS_ALLOW": allow,
        "LACHAN_EGRESS_MAP": mapping,
        "LACHAN_DELAY": "0",
        "LACHAN_CONCURRENCY": "32",
        "LACHAN_ENRICH": "false",
        "LACHAN_TIMESTAMP_URLS": "",
        "LACHAN_BROWSER": "off",
        "LACHAN_LOG_LEVEL": "ERROR",
        "BENCH_ADDRESS": address,
    }
    rounds = []
    for number in range(count):
        rounds.append(
            {name: measure(name, environment, pages, captures) for name in (*HOSTS, "jpeg", "sealed", *NAMES)}
        )
        print(f"round {number + 1} of {count} done", file=sys.stderr)
    ours.send("end")
    server.join(20)
    return rounds


def table(rounds: list[dict[str, dict[str, Any]]]) -> str:
    """Medians of each scenario, then the ratios with their goals."""
    lines = [f"{'scenario':<10}{'per second':>12}{'CPU ms each':>13}{'peak MB':>9}"]
    for name in rounds[0]:
        speed = statistics.median(entry[name]["count"] / entry[name]["seconds"] for entry in rounds)
        cpu = statistics.median(1000 * entry[name]["cpu"] / entry[name]["count"] for entry in rounds)
        peak = statistics.median(entry[name]["peak_mb"] for entry in rounds)
        lines.append(f"{name:<10}{speed:>12.1f}{cpu:>13.2f}{peak:>9.0f}")
    lines.append("")
    for label, first, second, goal in GOALS:
        ratios = [rate(entry[first]) / rate(entry[second]) for entry in rounds]
        middle = statistics.median(ratios)
        verdict = "met" if middle >= goal else "not met"
        lines.append(f"{label}: {middle:.2f} (goal {goal}, {verdict}; {min(ratios):.2f} to {max(ratios):.2f})")
    return "\n".join(lines)


def rate(result: dict[str, Any]) -> float:
    """Pages a second."""
    return float(result["count"]) / float(result["seconds"])


if __name__ == "__main__":
    main()
