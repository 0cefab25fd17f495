"""`lachan explain FILE|URL`: the reasons behind a score."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.explaining import Explanation


def explain(
    what: Annotated[str, typer.Argument(metavar="FILE|URL", help="A saved page (no network is used), or an address.")],
    url: Annotated[
        str, typer.Option(help="The address to judge a saved page under; by default the one it declares.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Explain how a saved page or an address scores; nothing is recorded."""
    from crawler.detection.explain import explain_score, score_json
    from crawler.explaining import UNKNOWN_URL
    from takedown.cli.configured import load_config
    from takedown.cli.shown import in_language, say, say_json

    config = load_config()
    language = "en" if english else config.language
    found = explain_what(what, url, config)
    if as_json:
        say_json({"url": found.facts.url, "assumed": found.assumed, **score_json(found.score)})
        return
    if found.assumed == UNKNOWN_URL:
        say(in_language(language, "Trang không cho biết địa chỉ của nó: --url", "The page names no address: --url"))
    elif found.assumed:
        say(in_language(language, "Xét như trang của: ", "Judged as a page of: ") + found.assumed)
    say(*explain_score(found.score, language))


def explain_what(what: str, url: str, config: "Config") -> "Explanation":
    """A file that is there; else an address. Raises WrongUsageError for what is neither."""
    from crawler.explaining import UnreadableFileError, explain_file, explain_url
    from takedown.cli.faults import WrongUsageError

    if Path(what).is_file():
        try:
            return explain_file(Path(what), config, url=url)
        except UnreadableFileError as error:
            raise WrongUsageError(str(error)) from error
    if what.startswith(("http://", "https://")):
        return explain_url(what, config)
    if "/" not in what and "." in what and Path(what).suffix not in {".html", ".htm", ".mhtml", ".xhtml"}:
        return explain_url(f"https://{what}/", config)
    raise WrongUsageError(f"{what}: no such file; give a saved page, or an address that begins with https://")
