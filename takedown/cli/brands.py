"""`lachan brands`: what the protected brands' logos look like, learnt from their own pages."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from crawler.brand_emblems import Learnt
    from crawler.config import Config
    from crawler.detection.facts import Brand

AGED = timedelta(days=90)  # then a logo is learnt anew


def learn(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="BRAND", help="Ids of seeds/brands.toml; by default all confirmed.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what was learnt within the last 90 days.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Keep marks of the logos and icons of official front pages; sweeps compare with them from then on.

    Each brand is kept at once: a run that is stopped goes on from there. Exits with 1 where one could not be learnt.
    """
    from crawler.brand_emblems import load_learnt
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.shown import in_language, say

    config = load_config()
    language = "en" if english else config.language
    known = load_learnt(config.data_dir)
    since = datetime.now(UTC) - AGED
    named = _chosen(ids or [])
    wanted = [brand for brand in named if again or brand.id not in known or known[brand.id].learnt_at < since]
    failed = _learn_all(wanted, known, config, language)
    words = in_language(language, "{} học được, {} không, {} đã có.", "{} learnt, {} not, {} known already.")
    say(words.format(len(wanted) - failed, failed, len(named) - len(wanted)))
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def list_brands(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """What was learnt, when and from where."""
    from crawler.brand_emblems import load_learnt
    from takedown.cli.configured import load_config
    from takedown.cli.shown import in_language, say, say_json

    config = load_config()
    known = load_learnt(config.data_dir)
    if as_json:
        say_json({brand: _row(one) for brand, one in sorted(known.items())})
        return
    language = "en" if english else config.language
    for brand, one in sorted(known.items()):
        say(f"{brand:<24} {one.learnt_at:%Y-%m-%d}  {len(one.emblems)}  {one.source}")
    if not known:
        say(in_language(language, "Chưa học logo nào: lachan brands learn", "No logo learnt yet: lachan brands learn"))


def _row(one: "Learnt") -> dict[str, object]:
    return {"learnt_at": one.learnt_at.isoformat(), "source": one.source, "emblems": [each.url for each in one.emblems]}


def _chosen(ids: list[str]) -> "list[Brand]":
    """The brands of these ids; without any, all whose domains were seen in a source. Raises WrongUsageError."""
    from crawler.brands import detection_brands
    from seeds import load_brands
    from takedown.cli.faults import WrongUsageError

    brands = {brand.id: brand for brand in detection_brands()}
    if unknown := sorted(set(ids) - set(brands)):
        raise WrongUsageError(
            f"no brand {', '.join(unknown)}; its id is in seeds/brands.toml",
            f"không có thương hiệu {', '.join(unknown)}; mã nằm trong seeds/brands.toml",
        )
    confirmed = [brand.id for brand in load_brands() if brand.domain_confirmed]
    return [brands[name] for name in dict.fromkeys(ids or confirmed)]


def _learn_all(wanted: "list[Brand]", known: "dict[str, Learnt]", config: "Config", language: str) -> int:
    """Learns one after the other, each kept at once; how many could not be."""
    import asyncio

    from crawler.brand_emblems import save_learnt
    from crawler.egress.http import HttpClient
    from crawler.learning_emblems import NotLearntError, learn_emblems
    from crawler.reading.reader import Reader
    from takedown.cli.shown import complain, in_language, say

    async def run() -> int:
        failed, reader = 0, Reader()
        async with HttpClient(config.egress_policy()) as http:
            try:
                for place, brand in enumerate(wanted, start=1):
                    try:
                        known[brand.id] = await learn_emblems(http, reader, brand, config)
                    except NotLearntError as error:
                        failed += 1
                        complain(f"[{place}/{len(wanted)}] {brand.id}: {error}")
                        continue
                    save_learnt(config.data_dir, known)
                    found = in_language(language, "hình", "pictures")
                    say(f"[{place}/{len(wanted)}] {brand.id}: {len(known[brand.id].emblems)} {found}")
            finally:
                await reader.close()
        return failed

    return asyncio.run(run())
