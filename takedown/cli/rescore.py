"""`lachan rescore`: today's rules over stored evidence."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from crawler.rescoring import RescoreReport


def rescore(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only sites assessed since this day (UTC).")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Record what changed, and take it into the queue.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Score stored evidence with today's rules and show what changed; nothing is recorded without --apply."""
    from crawler.brand_emblems import known_brands
    from crawler.rescoring import rescore as run
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.opening import open_store, opened_database
    from takedown.cli.shown import say_json
    from takedown.cli.sweep import take_all_in

    config = load_config()
    start = since.replace(tzinfo=UTC) if since is not None else None
    with opened_database(config) as engine:
        report = run(
            engine,
            open_store(config),
            now=datetime.now(UTC),
            since=start,
            record=apply,
            learned=config.learned,
            brands=known_brands(config.data_dir),
        )
    if apply:
        take_all_in(config)
    if as_json:
        say_json(report)
    else:
        say_report(report, "en" if english else config.language)
    if report.unreadable:
        raise typer.Exit(ExitCode.SOME_FAILED)


def say_report(report: "RescoreReport", language: str) -> None:
    """What changed, site by site, and what could not be read."""
    from takedown.cli.shown import Column, complain, in_language, say, say_table, shown_word

    titles = in_language(
        language,
        "Trang|Mức cũ|Mức mới|Điểm cũ|Điểm mới|Thêm|Bớt",
        "Site|Old level|New level|Old points|New points|Gained|Lost",
    ).split("|")
    columns = [Column(title, place in {3, 4}, place in {0, 5, 6}) for place, title in enumerate(titles)]
    rows = [
        (
            change.host,
            shown_word("level", change.old_level, language),
            shown_word("level", change.new_level, language),
            f"{change.old_points:.1f}",
            f"{change.new_points:.1f}",
            ", ".join(change.gained),
            ", ".join(change.lost),
        )
        for change in report.changes
    ]
    if rows:
        say_table(columns, rows)
    for host, reason in report.unreadable:
        complain(f"{host}: {reason}")
    words = in_language(
        language,
        "Đọc lại {} trang với bộ quy tắc {}: {} đổi điểm, {} không đọc được, {} không có chứng cứ. {}",
        "{} sites read again with rule set {}: {} changed, {} unreadable, {} without evidence. {}",
    )
    kept = in_language(language, "Đã ghi.", "Recorded.")
    shown = in_language(language, "Chưa ghi gì; ghi bằng --apply.", "Nothing recorded; --apply records it.")
    counts = (report.read, report.rule_set, len(report.changes), len(report.unreadable), report.without_evidence)
    say(words.format(*counts, kept if report.recorded else shown))
