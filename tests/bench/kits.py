"""`python -m tests.bench.kits FOLDER`: how well marks of page kits tell kits apart, on labelled pages; with ``--goods``
how well marks of what is sold tell shops apart.

FOLDER as for `lachan evaluate`. A mark is good where several pages of one group share it, and bad where pages of two
groups do; such pairs are named, to be read one by one: a group may hold one site twice, or two papers of one publisher.
`lachan evaluate` knows of no cases, so the rule on kits is silent there.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from crawler.detection.facts import PageFacts
from crawler.evaluation.judging import SEEN, page_url
from crawler.evaluation.labelled import Kind, Label, Sample, labelled_files, read_samples
from crawler.indicators import page_indicators
from crawler.parsing.page import parse_page
from crawler.recalling import KIT


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.kits", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--goods", action="store_true", help="marks of what the page sells")
    chosen = options.parse_args()
    marks = goods_of if chosen.goods else kits_of
    files = [path for kind, path in labelled_files(chosen.folder) if kind is Kind.PAGE]
    rows = (row for path in files for row in read_samples(Kind.PAGE, path))
    print(table([(row, marks(facts_of(row))) for row in rows if isinstance(row, Sample) and row.counts]))


def facts_of(sample: Sample) -> PageFacts:
    """The page as read, each under a host of its own."""
    html = sample.content.encode("utf-8", "replace")
    return parse_page(html, url=page_url(sample, own_host=True), observed_at=SEEN)


def kits_of(facts: PageFacts) -> tuple[str, ...]:
    """What a case would keep of the page's kit."""
    return tuple(value for kind, value, _ in page_indicators(facts) if kind == KIT)


def goods_of(facts: PageFacts) -> tuple[str, ...]:
    """What would be kept of the page's goods."""
    return () if facts.is_article else tuple(mark.value for mark in facts.goods)


def table(pages: list[tuple[Sample, tuple[str, ...]]]) -> str:
    """Pages with a mark, pages that share one within their group, and every pair of groups that shares one."""
    holders: dict[str, list[Sample]] = defaultdict(list)
    for sample, marks in pages:
        for mark in marks:
            holders[mark].append(sample)
    lines = []
    for label in (Label.SCAM, Label.BENIGN):
        own = [(sample, marks) for sample, marks in pages if sample.label is label]
        marked = [sample for sample, marks in own if marks]
        shared = [sample for sample, marks in own if any(_again(sample, holders[mark]) for mark in marks)]
        lines.append(f"{label}: {len(own)} pages, {len(marked)} with a mark, {len(shared)} share one in their group")
    pairs = {pair for mark in holders for pair in _strangers(holders[mark])}
    lines.append(f"pairs of groups that share a mark: {len(pairs)}")
    lines += [f"  {first} — {second}" for first, second in sorted(pairs)]
    return "\n".join(lines)


def _again(sample: Sample, others: Iterable[Sample]) -> bool:
    return any(other.id != sample.id and other.group == sample.group for other in others)


def _strangers(samples: list[Sample]) -> set[tuple[str, str]]:
    named = sorted({f"{sample.label} {sample.corpus}/{sample.group}" for sample in samples})
    return {(first, second) for place, first in enumerate(named) for second in named[place + 1 :]}


if __name__ == "__main__":
    main()
