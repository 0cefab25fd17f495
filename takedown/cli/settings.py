"""`lachan settings`: every setting, where its value comes from, and the table of the README."""

from typing import Annotated

import typer

MAX_VALUE = 200  # characters of a value that are shown to a person; --json gives it whole


def settings(
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The README's table.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """List every setting with its default, its value here and where that comes from."""
    from takedown.cli.configured import list_settings, load_config
    from takedown.cli.shown import in_language, say, say_json
    from takedown.inert import inert

    if markdown:
        say(*settings_table())
        return
    config = load_config()
    views = list_settings(config)
    if as_json:
        say_json(views)
        return
    language = "en" if english else config.language
    unset, default = in_language(language, "(trống)|mặc định", "(empty)|default").split("|")
    for view in views:  # a block each: a list of addresses would stretch a table beyond any screen
        origin = default if view.source == "default" else f"{view.source}; {default}: {inert(view.default) or unset}"
        say(f"{view.variable} = {inert(view.value, MAX_VALUE) or unset}  [{origin}]", f"    {view.help}")


def settings_table() -> list[str]:
    """The README's table as lines of Markdown, from the settings themselves."""
    from crawler.config import PREFIX, Config

    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Config.model_fields.items():
        default = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        shown = f"`{default}`" if default else "(empty)"
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {(field.description or '').replace('|', '&#124;')} |")
    return lines
