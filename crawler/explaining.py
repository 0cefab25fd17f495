"""Why a page scores as it does: a saved file without any network, or a URL by one plain fetch."""

import asyncio
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.binaries import recognise_binary, recognise_illegible
from crawler.bounds import DEFAULT_BOUNDS
from crawler.brand_emblems import known_brands
from crawler.brands import detection_brands
from crawler.config import Config
from crawler.detection.engine import assess
from crawler.detection.facts import Brand, PageFacts, PageView, SiteFacts
from crawler.detection.score import Level, Score
from crawler.egress.http import FetchError, HttpAnswer, HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.errors import CrawlerError, EgressRefusedError
from crawler.plain_fetch import RobotsDisallowedError, fetch_obeying
from crawler.reading.job import ReadingJob
from crawler.reading.reader import read_now
from crawler.rendering.challenge import recognise_challenge
from crawler.site_outcome import cut_short
from crawler.unreachable import describe_failure
from crawler.visit import Outcome

UNKNOWN_URL = "about:blank"  # has no host, so that rules about names stay silent


class UnreadableFileError(CrawlerError):
    """The file cannot be read, or is too large."""


class BadAddressError(CrawlerError):
    """The address is not one of an http or https site."""


class UnreachableError(CrawlerError):
    """The site gave nothing: no address, no answer, or one that our own policy forbids to fetch."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score with the facts that it came from; ``assumed`` says which address a saved page was judged under.

    Any ``outcome`` but READ, with its ``reason``, says that no page of the site's own was read whole: the level is then
    UNKNOWN unless signals speak.
    """

    score: Score
    facts: PageFacts
    assumed: str = ""
    outcome: Outcome = Outcome.READ
    reason: str = ""
    robots: str = ""  # allowed | overridden | unavailable, of an address; a page that robots.txt forbids is not fetched


def explain_file(path: Path, config: Config, *, url: str = "") -> Explanation:
    """Judge a saved page as ``explain_saved`` does. Raises UnreadableFileError beside."""
    return explain_saved(*_load_file(path), config, url=url)


def explain_saved(html: bytes, observed_at: datetime, config: Config, *, url: str = "") -> Explanation:
    """Judge a saved page under ``url``, or the address it declares as its own, or none.

    Raises UnreadableFileError for what is larger than a page, BadAddressError for a ``url`` that is no site's.
    """
    if url:
        check_address(url)
    if len(html) > DEFAULT_BOUNDS.html_bytes:
        raise _too_large("-")
    outcome, reason = judge_bytes(html)
    if not url:
        url = UNKNOWN_URL if outcome is Outcome.NOT_A_PAGE else _declared(html, observed_at)
    found = explain_html(
        html,
        url=url,
        observed_at=observed_at,
        assumed=url,
        outcome=outcome,
        reason=reason,
        learned=config.learned,
        brands=known_brands(config.data_dir),
    )
    if url == UNKNOWN_URL and found.score.level is Level.CLEAN:  # whom it imitates was not judged: unknown, not clean
        return replace(found, score=replace(found.score, level=Level.UNKNOWN))
    return found


def explain_html(
    html: bytes,
    *,
    url: str,
    observed_at: datetime,
    content_type: str = "",
    status: int = 200,
    assumed: str = "",
    outcome: Outcome = Outcome.READ,
    reason: str = "",
    learned: bool = True,
    brands: tuple[Brand, ...] = (),
) -> Explanation:
    """Judge one document as a site of one page. What is not a page is not looked into. ``brands``: by default as they
    ship."""
    if outcome is Outcome.NOT_A_PAGE:
        facts = PageFacts(url, observed_at, status=status)
    else:
        facts = replace(read_now(ReadingJob(html, url, content_type, observed_at, DEFAULT_BOUNDS)), status=status)
    if outcome is Outcome.READ and (illegible := recognise_illegible(html, facts.text)):
        outcome, reason = Outcome.UNREADABLE, "; ".join((illegible, *facts.gaps[:1]))
    elif outcome is Outcome.READ and (cut := cut_short(facts.gaps)):
        outcome, reason = Outcome.TRUNCATED, cut
    pages = () if outcome in {Outcome.NOT_A_PAGE, Outcome.UNREADABLE} else (PageView(facts),)
    host = urlsplit(url).hostname or ""
    score = assess(SiteFacts(host, host, observed_at, pages, brands=brands or detection_brands(), learned=learned))
    if outcome is not Outcome.READ and score.level is Level.CLEAN:
        score = replace(score, level=Level.UNKNOWN)
    return Explanation(score, facts, assumed, outcome, reason)


def judge_bytes(html: bytes) -> tuple[Outcome, str]:
    """Outcome and reason of a document of which only the bytes are known."""
    if not html.strip():
        return Outcome.EMPTY_SHELL, "nothing is in it"
    if binary := recognise_binary(html):
        return Outcome.NOT_A_PAGE, binary
    if wall := recognise_challenge(status=200, headers={}, body=html):
        return Outcome.CHALLENGE, wall
    return Outcome.READ, ""


def explain_url(url: str, config: Config) -> Explanation:
    """Judge what one plain fetch of ``url`` brings; robots.txt is read first, and obeyed as the setting says.

    Raises BadAddressError, or UnreachableError when nothing comes or robots.txt forbids to fetch it.
    """
    check_address(url)
    policy = config.egress_policy()
    try:
        answer, robots = asyncio.run(_fetch(url, config, policy))
    except RobotsDisallowedError as error:
        raise UnreachableError(
            f"{url}: {error}; LACHAN_ROBOTS=record looks all the same, for who has the right to; or explain a saved "
            "page",
            f"{url}: robots.txt không cho tải; ai có quyền xem thì đặt LACHAN_ROBOTS=record; hoặc đưa một trang đã lưu",
        ) from error
    except EgressRefusedError as error:
        raise UnreachableError(
            f"{url}: {error}; only what the settings LACHAN_EGRESS_… allow is fetched",
            f"{url}: {error}; chỉ tải những gì các thiết đặt LACHAN_EGRESS_… cho phép",
        ) from error
    except FetchError as error:
        raise UnreachableError(describe_failure(error, url)) from error
    outcome, reason = judge_answer(answer)
    explained = explain_html(
        answer.body,
        url=answer.url,
        observed_at=datetime.now(UTC),
        content_type=answer.headers.get("content-type", ""),
        status=answer.status,
        outcome=outcome,
        reason=reason,
        learned=config.learned,
        brands=known_brands(config.data_dir),
    )
    return replace(explained, robots=robots)


def judge_answer(answer: HttpAnswer) -> tuple[Outcome, str]:
    """Outcome and reason of an HTTP answer, as a sweep judges it and by the bytes themselves."""
    from scrapy.http import Response  # heavy, and a saved file needs none of it

    from crawler.collecting import judge_response

    response = Response(answer.url, answer.status, dict(answer.headers), answer.body)
    outcome, reason = judge_response(response, answer.headers.get("content-type", ""))
    if outcome is Outcome.READ:
        outcome, reason = judge_bytes(answer.body)
    if outcome is Outcome.READ and answer.truncated:
        return Outcome.TRUNCATED, f"cut at {len(answer.body):,} bytes"
    return outcome, reason


def check_address(url: str) -> None:
    """Raises BadAddressError unless ``url`` is http or https with a host."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise BadAddressError(
            f"{url[:200]}: not the address of a site; write it as https://name.example/",
            f"{url[:200]}: không phải địa chỉ trang; viết như https://name.example/",
        )


async def _fetch(url: str, config: Config, policy: EgressPolicy) -> tuple[HttpAnswer, str]:
    async with HttpClient(policy, verify=False) as http:  # a page is read whatever its certificate
        return await fetch_obeying(http, url, config)


def _load_file(path: Path) -> tuple[bytes, datetime]:
    """The file's bytes and when it was last written. Raises UnreadableFileError for what is no file of fair size."""
    try:
        known = path.stat()
        if stat.S_ISDIR(known.st_mode):
            raise UnreadableFileError(
                f"{path}: a folder; give one saved HTML page in it",
                f"{path}: là thư mục; đưa một trang HTML đã lưu trong đó",
            )
        if not stat.S_ISREG(known.st_mode):
            raise UnreadableFileError(
                f"{path}: not a regular file; give the path of a saved HTML page",
                f"{path}: không phải tệp thường; đưa đường dẫn của một trang HTML đã lưu",
            )
        if known.st_size > DEFAULT_BOUNDS.html_bytes:
            raise _too_large(str(path))
        return path.read_bytes(), datetime.fromtimestamp(known.st_mtime, UTC)
    except OSError as error:
        raise UnreadableFileError(
            f"{path}: {error.strerror}; give the path of a saved HTML page",
            f"{path}: {error.strerror}; đưa đường dẫn của một trang HTML đã lưu",
        ) from error


def _too_large(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name}: larger than {DEFAULT_BOUNDS.html_bytes:,} bytes; that is not a page",
        f"{name}: lớn hơn {DEFAULT_BOUNDS.html_bytes:,} byte; đó không phải một trang",
    )


def _declared(html: bytes, observed_at: datetime) -> str:
    """The address that the page gives as its own, or UNKNOWN_URL."""
    declared = read_now(ReadingJob(html, UNKNOWN_URL, "", observed_at, DEFAULT_BOUNDS)).canonical
    try:
        check_address(declared)
    except BadAddressError:
        return UNKNOWN_URL
    return declared
