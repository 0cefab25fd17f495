"""`lachan whois`: whose domain it is, one at a time or a list; look-ups by hand; history; the bootstrap."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.enrichment.bulk import BulkReport


class DomainFirst(TyperGroup):
    """A word that is no command of the group is what to look up: `lachan whois shop.example`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts `look` before what begins with no command."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["look", *args]
        return super().parse_args(ctx, args)


def look(
    what: Annotated[str | None, typer.Argument(metavar="DOMAIN|HOST|ADDRESS|URL", help="What to look up.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A list, one name a line; a run that ended early is gone on with.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask anew; kept answers are not used.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Ask registry, name servers, network and server, and record what they say. With --file: a whole list, politely."""
    from takedown.cli.configured import load_config
    from takedown.cli.faults import WrongUsageError

    if (what is None) == (file is None):
        raise WrongUsageError(
            "give one domain, or a list with --file; `lachan whois --help` shows both",
            "nêu một tên miền, hoặc một danh sách với --file; `lachan whois --help` chỉ cả hai",
        )
    config = load_config()
    language = "en" if english else config.language
    if file is not None:
        _bulk(file, config, language, as_json=as_json)
        return
    from takedown.cli.shown import say_json
    from takedown.cli.whois_ask import ask_one
    from takedown.cli.whois_text import say_record

    found = ask_one(what or "", config, fresh=fresh)
    if as_json:
        say_json(found.as_json())
    else:
        say_record(found, language)


def record(
    domain: Annotated[str, typer.Argument(help="The domain that was looked up by hand.")],
    paste: Annotated[Path, typer.Option(help="A text file with the registry's answer, copied whole.")],
    screenshot: Annotated[Path, typer.Option(help="The picture of the same page: PNG, JPEG or WebP.")],
    officer: Annotated[str, typer.Option(help="Who looked it up.")],
    source: Annotated[str, typer.Option(help="Where.")] = "tracuutenmien.gov.vn",
    at: Annotated[datetime | None, typer.Option(help="When, in Vietnam's time; by default now.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Record what an officer looked up by hand at a registry that answers no program (.vn), with its screenshot."""
    from takedown.cli.configured import load_config
    from takedown.cli.shown import complain, in_language, say_json
    from takedown.cli.whois_ask import record_by_hand
    from takedown.cli.whois_text import say_record

    config = load_config()
    language = "en" if english else config.language
    found, unread = record_by_hand(
        domain, config, paste=paste, screenshot=screenshot, officer=officer, source=source, at=at
    )
    if as_json:
        say_json({**found.as_json(), "unread": list(unread)})
        return
    say_record(found, language)
    for line in unread:
        complain(in_language(language, "không hiểu dòng: ", "line not understood: ") + line)


def history(
    domain: Annotated[str, typer.Argument(help="A domain that was looked up before.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Every look-up of a domain that is kept, and what changed between them; nobody is asked."""
    from takedown.cli.configured import load_config
    from takedown.cli.shown import say_json
    from takedown.cli.whois_ask import kept_history
    from takedown.cli.whois_text import say_history

    config = load_config()
    found = kept_history(domain, config)
    if as_json:
        say_json(found)
    else:
        say_history(found, "en" if english else config.language)


def due(
    most: Annotated[int, typer.Option("--max", min=1, max=100_000, help="Hosts to ask about at most.")] = 2000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Ask again about hosts whose registry throttled or was late, once their time has come. For cron."""
    from takedown.cli.configured import load_config
    from takedown.cli.shown import in_language, say, say_json
    from takedown.cli.whois_ask import ask_due

    config = load_config()
    language = "en" if english else config.language
    report = ask_due(config, language, most=most)
    words = in_language(
        language,
        "đã hỏi lại {} máy chủ, {} đã có trả lời; {} chờ đến giờ, {} cần người hỏi: lachan whois TÊN",
        "{} hosts asked about again, {} answered; {} wait for their time, {} need a person: lachan whois NAME",
    )
    if as_json:
        say_json(report)
    else:
        say(words.format(report.asked, report.settled, report.later, report.given_up))


def bootstrap(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Fetch IANA's tables of RDAP servers anew, for names and for addresses."""
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.shown import complain, say, say_json
    from takedown.cli.whois_ask import refresh_bootstraps

    found = refresh_bootstraps(load_config())
    if as_json:
        say_json(found)
    for name, result in () if as_json else found.items():
        (say if isinstance(result, int) else complain)(f"{name}: {result}")
    if not all(isinstance(result, int) for result in found.values()):
        raise typer.Exit(ExitCode.SOME_FAILED)


def _bulk(file: Path, config: "Config", language: str, *, as_json: bool) -> None:
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.shown import in_language, say, say_json, shown_word
    from takedown.cli.whois_ask import ask_many

    report: BulkReport = ask_many(file, config, language)
    summary: dict[str, Any] = {
        "batch": report.batch,
        "total": report.total,
        "done": report.done,
        "waiting": report.waiting,
        "malformed": report.malformed,
        "states": dict(report.states),
    }
    if as_json:
        say_json(summary)
    else:
        words = in_language(language, "{} tên, {} xong, {} sai dạng", "{} names, {} done, {} malformed")
        say(words.format(report.total, report.done, report.malformed))
        say(*(f"{number:>7}  {shown_word('lookup', state, language)}" for state, number in report.states))
    if report.malformed:
        raise typer.Exit(ExitCode.SOME_FAILED)
