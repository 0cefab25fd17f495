"""`lachan rules`: every rule, what it means, what it weighs and how often it was right."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from crawler.detection.rule import Rule
    from crawler.evaluation.rule_figures import RuleFigures


def rules(
    wanted: Annotated[
        list[str] | None, typer.Argument(metavar="[ID|FAMILY]...", help="Only these, e.g. money.personal-account.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="The page crawler/detection/rules/RULES.md.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """The rules of detection: id, points, meaning, and groups of labelled pages in which each spoke. No network."""
    from crawler.evaluation.rule_figures import shipped_figures
    from crawler.evaluation.rule_page import draw_page, load_spared
    from takedown.cli.language import chosen_language
    from takedown.cli.shown import say, say_json

    chosen = chosen_rules(wanted or [])
    figures = shipped_figures()
    if as_json:
        say_json(as_object(chosen, figures, load_spared()))
    elif markdown:
        say(*draw_page(figures, load_spared(), chosen).splitlines())
    else:
        say_rules(chosen, figures, chosen_language(english))


def chosen_rules(wanted: list[str]) -> "tuple[Rule, ...]":
    """The rules of these ids and families; none: all. Raises WrongUsageError for a word that is neither."""
    from difflib import get_close_matches

    from crawler.detection.rule import all_rules
    from takedown.cli.faults import WrongUsageError

    every = all_rules()
    known = {rule.id for rule in every} | {str(rule.family) for rule in every}
    for word in wanted:
        if word not in known:
            near = get_close_matches(word, sorted(known), 1)
            hint = f"did you mean {near[0]}?" if near else "`lachan rules` lists them"
            hint_vi = f"có phải {near[0]}?" if near else "`lachan rules` liệt kê tất cả"
            raise WrongUsageError(
                f"{word}: no rule or family is called so; {hint}",
                f"{word}: không có quy tắc hay nhóm nào tên như vậy; {hint_vi}",
            )
    return tuple(rule for rule in every if not wanted or rule.id in wanted or rule.family in wanted)


def as_object(chosen: "tuple[Rule, ...]", figures: "RuleFigures", spared: dict[str, str]) -> dict[str, object]:
    """The rules for a program; keys are stable. ``measured`` is null for a rule without figures."""
    from crawler.detection.rule import rule_set_version
    from crawler.evaluation.rule_page import why_of

    return {
        "rule_set": rule_set_version(),
        "measured": {
            "on": figures.measured_on,
            "rule_set": figures.rule_set,
            "corpus": figures.corpus,
            "scam_groups": figures.scam_groups,
            "benign_groups": figures.benign_groups,
        },
        "rules": [
            {
                "id": rule.id,
                "family": rule.family,
                "points": rule.points,
                "categories": rule.categories,
                "vi": rule.message_vi,
                "en": rule.message_en,
                "why": why_of(rule),
                "must_spare": spared.get(rule.id),
                "measured": figures.rules.get(rule.id),
            }
            for rule in chosen
        ],
    }


def say_rules(chosen: "tuple[Rule, ...]", figures: "RuleFigures", language: str) -> None:
    """A table for a person, and of which version the figures are."""
    from crawler.detection.rule import rule_set_version
    from takedown.cli.shown import Column, in_language, say, say_table

    titles = in_language(
        language,
        "Quy tắc|Điểm|Lừa đảo|Ngay thẳng|Ý nghĩa",
        "Rule|Points|Frauds|Honest|Meaning",
    ).split("|")
    lines = []
    for rule in chosen:
        hits = figures.rules.get(rule.id)
        counts = (hits.scam_groups, hits.benign_groups) if hits else ("?", "?")
        lines.append(
            (rule.id, f"{rule.points:+.2f}", *counts, rule.message_en if language == "en" else rule.message_vi)
        )
    say_table([Column(title, 1 <= place <= 3) for place, title in enumerate(titles)], lines)
    same = figures.rule_set == rule_set_version()
    words = in_language(
        language,
        "Số nhóm đo ngày {} trên {} nhóm lừa đảo, {} nhóm ngay thẳng, bộ quy tắc {}{}",
        "Groups counted on {} among {} of frauds, {} honest ones, rule set {}{}",
    )
    older = in_language(language, f"; bộ đang dùng là {rule_set_version()}", f"; in use is {rule_set_version()}")
    say(
        "",
        words.format(
            figures.measured_on, figures.scam_groups, figures.benign_groups, figures.rule_set, "" if same else older
        ),
    )
