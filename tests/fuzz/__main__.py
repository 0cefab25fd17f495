"""Runs the coverage-guided fuzzer on readers, one after another: ``python -m tests.fuzz --seconds 60 facts whois``."""

import argparse
import hashlib
import importlib.util
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.readers import READERS, Reader

FOUND = Path("var/fuzz")  # what crashed a reader, one file a find
TARGETS = ("facts", "vietqr", "whois")
HANG_SECONDS = 10  # of one input
MEMORY_MB = 2048
_STATS = re.compile(r"stat::number_of_executed_units: (\d+)")
_COVERED = re.compile(r"cov: (\d+)")


@dataclass(frozen=True, slots=True)
class Run:
    """``tries``: inputs read; ``covered``: branches of our code that they reached; ``fault``: "" or what was found."""

    name: str
    tries: int
    covered: int
    fault: str


def fuzz(reader: Reader, seconds: int, found: Path) -> Run:
    """Fuzz one reader for ``seconds`` from our samples; finds are written under ``found``."""
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for sample in reader.samples:
            Path(folder, hashlib.sha256(sample).hexdigest()[:16]).write_bytes(sample)
        flags = [
            f"-max_total_time={seconds}",
            f"-timeout={HANG_SECONDS}",
            f"-rss_limit_mb={MEMORY_MB}",
            "-max_len=8192",
        ]
        flags += [f"-artifact_prefix={found}/{reader.name.replace(' ', '-')}-", "-print_final_stats=1", folder]
        command = [sys.executable, "-m", "tests.fuzz.guided", reader.name, *flags]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds + 120)
    said = done.stdout + done.stderr
    tries, covered = _STATS.search(said), _COVERED.findall(said)
    fault = "" if done.returncode == 0 else f"exit code {done.returncode}\n{said[-3000:]}"
    return Run(reader.name, int(tries[1]) if tries else 0, int(covered[-1]) if covered else 0, fault)


def main() -> int:
    """Exit code 1 when something was found, 2 when there is no fuzzer here."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("names", nargs="*", default=TARGETS, help="readers; «all» for every one")
    words.add_argument("--seconds", type=int, default=60, help="for each reader")
    chosen = words.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: it has wheels for Python 3.11 to 3.13 on Linux x86-64 only", file=sys.stderr)
        return 2
    wanted = [reader for reader in READERS if reader.name in chosen.names or "all" in chosen.names]
    if unknown := set(chosen.names) - {reader.name for reader in READERS} - {"all"}:
        words.error(f"no such reader: {', '.join(sorted(unknown))}; there are {', '.join(r.name for r in READERS)}")
    faults = 0
    for reader in wanted:
        run = fuzz(reader, chosen.seconds, FOUND)
        faults += bool(run.fault)
        print(
            f"{run.name:20} {run.tries:9,} inputs {run.covered:6,} branches  {run.fault or 'nothing found'}", flush=True
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
