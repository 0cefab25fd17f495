"""Prints how the designs are judged, or writes them as a labelled folder for `lachan evaluate`."""

import argparse
import gzip
import json
from pathlib import Path

from tests.designs.judging import LEVELS, count_levels, judge_design
from tests.designs.loading import PARTS, Design, load_designs


def main() -> None:
    """`python -m tests.designs [--part open] [--each] [--write FOLDER]`."""
    asked = _arguments()
    for part in asked.part or ("open",):
        designs = load_designs(part)
        if asked.write:
            _write(designs, asked.write / part)
        else:
            _print(part, designs, each=asked.each)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.designs", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="which part (repeat for several); default: open")
    parser.add_argument("--each", action="store_true", help="a line for each design before the table")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write FOLDER/<part>/pages.jsonl.gz instead")
    return parser.parse_args()


def _print(part: str, designs: list[Design], *, each: bool) -> None:
    judged = [(design, judge_design(design)) for design in designs]
    for design, score in judged if each else ():
        signals = " ".join(f"{signal.rule}{signal.points:+.1f}" for signal in score.signals)
        print(f"{score.level:13} {score.points:+6.2f} {design.category}/{design.name}: {signals}")
    print(f"\n{part}: reached by scams / by honest pages")
    print(f"{'':22}{'pages':>9}" + "".join(f"{level:>14}" for level in LEVELS))
    for row in count_levels(judged):
        cells = (f"{f'{c}/{f}':>14}" for c, f in zip(row.caught, row.flagged, strict=True))
        print(f"{row.category:22}{f'{row.scams}/{row.honest}':>9}" + "".join(cells))


def _write(designs: list[Design], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / "pages.jsonl.gz", "wt", encoding="utf-8") as out:
        for design in designs:
            out.write(json.dumps(_line(design), ensure_ascii=False) + "\n")
    print(f"{folder / 'pages.jsonl.gz'}: {len(designs)} pages")


def _line(design: Design) -> dict[str, object]:
    name = f"{design.category}/{design.name}"
    return {
        "id": f"design:{design.part}/{name}",
        "corpus": f"designs_{design.part}",
        "kind": "page",
        "label": design.label,
        "lang": "vi",
        "category": design.category,
        "group": f"design:{name}",
        "tier": "A",
        "grey": False,
        "thin": False,
        "url": design.url,
        "html": design.html.decode("utf-8"),
    }


if __name__ == "__main__":
    main()
