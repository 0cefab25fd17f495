"""The page on the rules: what each means, its points, what it must spare, and how often it was right."""

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from crawler.detection.rule import Reach, Rule, all_rules
from crawler.detection.signal import FAMILY_NAMES, Family
from crawler.evaluation.rule_figures import RuleFigures
from crawler.parsing.page import parse_page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "crawler" / "detection" / "rules" / "RULES.md"
SPARED = ROOT / "tests" / "pages" / "rules"  # a page a rule that the rule must catch, and one that it must spare
_SHOWN = 160  # characters of the page that must be spared

_SILENT = "Labelled pages bear no registration and no second look: rules on these stay silent there."
_HEAD = """\
# Các quy tắc · The rules

Sinh ra từ mã nguồn bằng `make rules`; đừng sửa tay, phép thử sẽ phát hiện. Điểm là log-odds ở mức mạnh nhất.
Một quy tắc chỉ tính một lần cho mỗi trang web, và một họ chứng cứ đứng riêng không bao giờ vượt «đáng ngờ».
Chữ trong ngoặc nhọn được thay bằng lời của trang.

Made from the source by `make rules`; do not edit, a test would see it. Points are log-odds at full strength.
A rule counts once a site, and one family alone never passes «suspicious». Words in braces are filled from the page.

«Nặng đo được»: log-odds tính từ số nhóm, riêng từng quy tắc; các quy tắc hay đi cùng nhau nên điểm thường thấp hơn.
"Measured weight": log-odds from the groups, each rule by itself; rules go together, so their points are mostly less.
"""


def why_of(rule: Rule) -> str:
    """The first line of the rule's file: why it is there."""
    return (sys.modules[rule.look.__module__].__doc__ or "").strip().partition("\n")[0]


def load_spared(folder: Path = SPARED) -> dict[str, str]:
    """By rule: title and first words of the page that it must spare; nothing where the tests are not installed."""
    return {page.parent.name: _first_words(page) for page in sorted(folder.glob("*/innocent.html"))}


def _first_words(page: Path) -> str:
    facts = parse_page(page.read_bytes(), url="https://mau.example/", observed_at=datetime(2026, 1, 1, tzinfo=UTC))
    text = " ".join(facts.text.split())
    cut = text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"
    return f"{facts.title}: {cut}" if facts.title and not cut.startswith(facts.title) else cut


def draw_page(figures: RuleFigures, spared: Mapping[str, str], rules: Iterable[Rule] | None = None) -> str:
    """The whole page in Markdown, families in their own order, rules by id."""
    every = sorted(all_rules() if rules is None else rules, key=lambda rule: (list(Family).index(rule.family), rule.id))
    parts = [_HEAD, _measured(figures, every)]
    for family, members in groupby(every, key=lambda rule: rule.family):
        parts.append("## " + " · ".join(FAMILY_NAMES[family]) + f" (`{family}`)\n")
        parts += [_section(rule, figures, spared.get(rule.id, "")) for rule in members]
    return "\n".join(parts)


def _measured(figures: RuleFigures, rules: Iterable[Rule]) -> str:
    missing = [f"`{rule.id}`" for rule in rules if rule.id not in figures.rules]
    groups = f"{figures.scam_groups} nhóm lừa đảo · groups of frauds, {figures.benign_groups} ngay thẳng · honest ones"
    when = f"Đo ngày · measured on {figures.measured_on}, rule set `{figures.rule_set}`"
    text = f"{when}, pages `sha256:{figures.corpus[:16]}…`: {groups}. {_SILENT}\n"
    return f"{text}\nChưa đo · not measured yet: {', '.join(missing)}.\n" if missing else text


def _section(rule: Rule, figures: RuleFigures, spared: str) -> str:
    kinds = ", ".join(f"`{kind}`" for kind in rule.categories)
    facts = [f"**{rule.points:+.2f}**", *([kinds] if kinds else []), f"[{_file(rule)}]({_file(rule)})"]
    if rule.reach is Reach.THE_PAGE:
        facts.append("chỉ cho chính trang đó · that page only")
    rows = [
        f"### {rule.id}\n",
        " · ".join(facts) + "\n",
        f"- {_inline(rule.message_vi)}",
        f"- {_inline(rule.message_en)}",
        f"- Vì sao · why: {_inline(why_of(rule))}",
        f"- Đo được · measured: {_hits(rule.id, figures)}",
    ]
    if spared:
        link = f"../../../tests/pages/rules/{rule.id}/innocent.html"
        rows.append(f"- Phải tha · must spare ([trang · page]({link})): {_inline(spared)}")
    return "\n".join(rows) + "\n"


def _hits(rule_id: str, figures: RuleFigures) -> str:
    hits = figures.rules.get(rule_id)
    if hits is None:
        return "chưa đo · not yet"
    weight = figures.weight(rule_id)
    shown = "" if weight is None else f"; nặng đo được · measured weight {weight:+.1f}"
    lone = "; chỉ một nhóm · one group only" if hits.scam_groups == 1 else ""
    return (
        f"{hits.scam_groups}/{figures.scam_groups} lừa đảo · frauds ({hits.scam_corpora} nguồn · corpora), "
        f"{hits.benign_groups}/{figures.benign_groups} ngay thẳng · honest{shown}{lone}"
    )


def _file(rule: Rule) -> str:
    return "/".join(rule.look.__module__.split(".")[-2:]) + ".py"


def _inline(text: str) -> str:
    """Words of a page as plain words of Markdown."""
    for sign in "\\`*_<>[]|":
        text = text.replace(sign, f"\\{sign}")
    return text
