"""Writes the expected facts beside each saved page: run by hand with --write, then read the difference."""

import json
import sys
from datetime import datetime
from pathlib import Path

from crawler.detection.facts import PageFacts
from crawler.parsing.facts_json import facts_to_json
from crawler.parsing.page import parse_page

PAGES = Path(__file__).parents[2] / "pages" / "parsing"


def read_case(folder: Path) -> PageFacts:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return parse_page(
        (folder / "page.html").read_bytes(),
        url=meta["url"],
        observed_at=datetime.fromisoformat(meta["observed_at"]),
        content_type=meta["content_type"],
        status=meta["status"],
    )


def cases() -> list[Path]:
    return sorted(folder for folder in PAGES.iterdir() if folder.is_dir())


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("This overwrites every expected.json under tests/pages/parsing; say --write to do it.")
    for case in cases():
        (case / "expected.json").write_text(facts_to_json(read_case(case), indent=1) + "\n", encoding="utf-8")
