"""`lachan settings`: every setting, where its value comes from, and the table of the README."""

from typing import Annotated

import typer


def settings(
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The README's table.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """List every setting with its default, its value here and where that comes from."""
    from takedown.cli.configured import list_settings, load_config
    from takedown.cli.shown import Column, in_language, say, say_json, say_table

    if markdown:
        say(*settings_table())
        return
    config = load_config()
    views = list_settings(config)
    if as_json:
        say_json(views)
        return
    language = "en" if english else config.language
    titles = in_language(
        language, "Biến|Giá trị|Nguồn|Mặc định|Ý nghĩa", "Variable|Value|Source|Default|Meaning"
    ).split("|")
    say_table(
        [Column(title, fold=True) for title in titles],
        [(view.variable, view.value, view.source, view.default, view.help) for view in views],
    )


def settings_table() -> list[str]:
    """The README's table as lines of Markdown, from the settings themselves."""
    from crawler.config import PREFIX, Config

    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Config.model_fields.items():
        default = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        shown = f"`{default}`" if default else "(empty)"
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {(field.description or '').replace('|', '&#124;')} |")
    return lines
