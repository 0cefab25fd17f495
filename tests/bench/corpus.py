"""`python -m tests.bench.corpus FOLDER`: serves labelled pages on loopback, sweeps them by the real path, scores that.

FOLDER holds ``pages.jsonl.gz`` in the labelled-pages format (id, label, lang, category, corpus, group, grey, thin,
html). Every page gets a host name of its own. Nothing of the pages is kept but the sweep's own database and evidence,
in a folder that is removed afterwards unless ``--data`` names one.
"""

import argparse
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.site.server import LocalWeb

FLAGGED = frozenset({"suspicious", "likely", "near_certain"})
PHISHING = frozenset(
    {
        "bank_phish", "mixed_login_phish", "toolkit_login_phish", "payment_phish", "mail_login_phish",
        "social_login_phish", "fb_appeal_phish", "brand_clone_verbatim", "game_gift_phish",
    }
)  # fmt: skip
ROUNDS = 2000  # of the bootstrap


@dataclass(frozen=True)
class Row:
    """One labelled page with what the sweep made of it."""

    id: str
    label: str
    lang: str
    category: str
    corpus: str
    group: str
    level: str
    outcome: str

    @property
    def flagged(self) -> bool:
        return self.level in FLAGGED


STRATA: tuple[tuple[str, str, Callable[[Row], bool]], ...] = (
    ("Vietnamese scam", "scam", lambda row: row.lang == "vi"),
    ("Vietnamese benign", "benign", lambda row: row.lang == "vi"),
    ("phishing", "scam", lambda row: row.category in PHISHING),
    ("login_real", "benign", lambda row: row.corpus == "login_real"),
    ("investment", "scam", lambda row: row.category == "investment_scam"),
    ("scam-warning news", "benign", lambda row: row.category == "scam_warning_article"),
    ("news and recipes", "benign", lambda row: row.category in {"news_blog", "recipe"}),
    ("all scam", "scam", lambda row: True),
    ("all benign", "benign", lambda row: True),
)


def main() -> None:
    """Sweep and print the table; ``--json`` prints one object."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.corpus", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--sample", type=int, default=0, help="only this many pages, drawn with a fixed seed")
    options.add_argument("--browser", default="off", help="as LACHAN_BROWSER: off, auto or a path")
    options.add_argument("--data", type=Path, help="keep database and evidence here")
    options.add_argument("--errors", type=Path, help="write every wrong page as a JSON line here")
    chosen = options.parse_args()
    pages = load_pages(chosen.folder / "pages.jsonl.gz", chosen.sample)
    with tempfile.TemporaryDirectory(prefix="lachan-corpus-") as folder:
        data = chosen.data or Path(folder)
        data.mkdir(parents=True, exist_ok=True)
        report, cost = sweep(pages, data, chosen.browser)
    rows = [row_of(page, report.get(host)) for host, page in pages.items()]
    print_cost(cost, rows, report)
    print_strata(rows, {page["id"] for page in pages.values() if page.get("grey") or page.get("thin")})
    if chosen.errors:
        write_errors(chosen.errors, pages, report)


def load_pages(path: Path, sample: int) -> dict[str, dict[str, Any]]:
    """Host name -> labelled page."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    if sample:
        pages = random.Random(1).sample(pages, min(sample, len(pages)))
    return {f"c{number:05}.example": page for number, page in enumerate(pages)}


def sweep(
    pages: dict[str, dict[str, Any]], data: Path, browser: str
) -> tuple[dict[str, dict[str, Any]], dict[str, float]]:
    """Run the real command over all pages; returns the report by host, and what it cost."""
    seeds, report = data / "corpus.csv", data / "report.ndjson"
    seeds.write_text(
        "url,priority,category,source,note\n" + "".join(f"http://{host}/,0,,,\n" for host in pages), "utf-8"
    )
    with LocalWeb.from_pages({host: page["html"].encode() for host, page in pages.items()}) as web:
        environment = {
            **os.environ,
            **web.environment,
            "LACHAN_DATA_DIR": str(data),
            "LACHAN_BROWSER": browser,
            "LACHAN_TIMESTAMP_URLS": "",
            "LACHAN_ENRICH": "false",
            "LACHAN_DELAY": "0",
            "LACHAN_LOG_LEVEL": "WARNING",
        }
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "takedown.cli",
            "sweep",
            "--seeds",
            str(seeds),
            "--report",
            str(report),
            "--json",
        ]
        done = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"exit {done.returncode}: {done.stdout.strip()[:2000]}", file=sys.stderr)
    lines = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    stored = [path.stat().st_size for path in (data / "artifacts").rglob("*") if path.is_file()]
    return {line["url"].split("/")[2]: line for line in lines}, {
        "wall": time.monotonic() - started,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_mb": after.ru_maxrss / 1024,
        "evidence_mb": sum(stored) / 1e6,
    }


def row_of(page: dict[str, Any], line: dict[str, Any] | None) -> Row:
    """A page joined with its line in the report."""
    kept = {name: page[name] for name in ("id", "label", "lang", "category", "corpus", "group")}
    return Row(**kept, level=line["level"] if line else "", outcome=line["outcome"] if line else "missing")


def print_cost(cost: dict[str, float], rows: Sequence[Row], report: dict[str, dict[str, Any]]) -> None:
    """Pages, outcomes, cost a page, evidence a capture."""
    captures = sum(visit["vantage"] != "fetch" for line in report.values() for visit in line["visits"])
    sealed = sum(len(line["sealed"]) for line in report.values())
    print(f"pages {len(rows)}, reported {len(report)}, outcomes {dict(Counter(row.outcome for row in rows))}")
    print(
        f"wall {1000 * cost['wall'] / len(rows):.1f} ms a page, CPU {1000 * cost['cpu'] / len(rows):.1f} ms a page, "
        f"peak {cost['peak_mb']:.0f} MB, captures {captures} ({60 * captures / cost['wall']:.0f} a minute), "
        f"sealed visits {sealed}, evidence {1000 * cost['evidence_mb'] / max(sealed, 1):.0f} kB each"
    )


def print_strata(rows: Sequence[Row], dropped: set[str]) -> None:
    """Share flagged of each stratum: by page, and by group with a 95% bootstrap interval."""
    counted = [row for row in rows if row.id not in dropped]
    print(f"\n{'stratum':<20}{'what':<10}{'pages':>7}{'groups':>8}{'flagged':>9}{'by group':>10}   95%")
    for name, label, belongs in STRATA:
        chosen = [row for row in counted if row.label == label and belongs(row)]
        if not chosen:
            continue
        groups = by_group(chosen)
        low, high = interval(groups)
        what = "recall" if label == "scam" else "false +"
        share = sum(row.flagged for row in chosen) / len(chosen)
        print(
            f"{name:<20}{what:<10}{len(chosen):>7}{len(groups):>8}{share:>9.1%}{sum(groups) / len(groups):>10.1%}"
            f"   {low:.1%} to {high:.1%}"
        )


def by_group(rows: Sequence[Row]) -> list[float]:
    """The flagged share of each group."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row.flagged)
    return [sum(flags) / len(flags) for flags in groups.values()]


def interval(shares: Sequence[float]) -> tuple[float, float]:
    """95% interval of the mean share, by resampling groups."""
    chance = random.Random(1)
    means = sorted(sum(chance.choices(shares, k=len(shares))) / len(shares) for _ in range(ROUNDS))
    return means[int(0.025 * ROUNDS)], means[int(0.975 * ROUNDS)]


def write_errors(path: Path, pages: dict[str, dict[str, Any]], report: dict[str, dict[str, Any]]) -> None:
    """Every page on the wrong side, with what was found on it."""
    with path.open("w", encoding="utf-8") as out:
        for host, page in pages.items():
            line = report.get(host, {})
            if (line.get("level") in FLAGGED) != (page["label"] == "scam"):
                kept = {name: page[name] for name in ("id", "label", "lang", "category", "corpus", "group", "title")}
                found = {
                    name: line.get(name) for name in ("level", "points", "rules", "outcome", "reason", "dropped_at")
                }
                out.write(json.dumps({**kept, **found}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
