"""`lachan search`: what cases are found by."""

from typing import Annotated

import typer


def rebuild(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Make everything that cases are found by anew, all or nothing; the desk goes on meanwhile, writers wait."""
    from storage.search import ensure_index
    from storage.search import rebuild as rebuild_search
    from takedown.cli.configured import load_config
    from takedown.cli.opening import opened_database
    from takedown.cli.shown import in_language, say, say_json

    config = load_config()
    with opened_database(config, make=True) as engine, engine.begin() as connection:
        number, indexed = rebuild_search(connection), ensure_index(connection)
    if as_json:
        say_json({"cases": number, "indexed": indexed})
        return
    language = "en" if english else config.language
    say(in_language(language, f"đã lập lại chỉ mục tìm kiếm của {number} vụ", f"{number} cases can be found anew"))
    if not indexed:
        vi = "thiếu pg_trgm: tìm chậm hơn; `lachan doctor` nêu cách khắc phục"
        say(in_language(language, vi, "pg_trgm is missing: searches are slower; `lachan doctor` says what to do"))
