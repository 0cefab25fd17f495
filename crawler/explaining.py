"""Why a page scores as it does: a saved file without any network, or a URL by one plain fetch."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.bounds import DEFAULT_BOUNDS
from crawler.brands import detection_brands
from crawler.config import Config
from crawler.detection.engine import assess
from crawler.detection.facts import PageFacts, PageView, SiteFacts
from crawler.detection.score import Score
from crawler.egress.http import HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.errors import CrawlerError
from crawler.parsing.page import parse_page

UNKNOWN_URL = "about:blank"  # has no host, so that rules about names stay silent


class UnreadableFileError(CrawlerError):
    """The file cannot be read, or is too large."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score with the facts that it came from; ``assumed`` says which address a saved page was judged under."""

    score: Score
    facts: PageFacts
    assumed: str = ""


def explain_file(path: Path, config: Config, *, url: str = "") -> Explanation:
    """Judge a saved page under ``url``, or the address it declares as its own, or none. Raises UnreadableFileError."""
    try:
        if path.stat().st_size > DEFAULT_BOUNDS.html_bytes:
            raise UnreadableFileError(f"{path}: larger than {DEFAULT_BOUNDS.html_bytes:,} bytes; that is not a page")
        html = path.read_bytes()
        observed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}; give the path of a saved HTML page") from error
    if not url:
        declared = parse_page(html, url=UNKNOWN_URL, observed_at=observed_at).canonical
        url = declared if urlsplit(declared).scheme in {"http", "https"} else UNKNOWN_URL
    return explain_html(html, url=url, observed_at=observed_at, assumed=url)


def explain_html(
    html: bytes, *, url: str, observed_at: datetime, content_type: str = "", status: int = 200, assumed: str = ""
) -> Explanation:
    """Judge one document as a site of one page."""
    facts = parse_page(html, url=url, observed_at=observed_at, content_type=content_type, status=status)
    host = urlsplit(url).hostname or ""
    site = SiteFacts(
        host=host, domain=host, observed_at=observed_at, pages=(PageView(facts),), brands=detection_brands()
    )
    return Explanation(assess(site), facts, assumed)


def explain_url(url: str, config: Config) -> Explanation:
    """Judge what one plain fetch of ``url`` brings. Raises CrawlerError when nothing can be had."""
    policy = EgressPolicy.parse(config.egress_allow, config.egress_map, config.egress_ports)
    return asyncio.run(_explain_url(url, config, policy))


async def _explain_url(url: str, config: Config, policy: EgressPolicy) -> Explanation:
    async with HttpClient(policy, verify=False) as http:  # a page is read whatever its certificate
        answer = await http.fetch(
            "GET",
            url,
            headers={"User-Agent": config.user_agent, "Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"},
            max_bytes=DEFAULT_BOUNDS.body_bytes,
            seconds=config.fetch_seconds,
            max_redirects=DEFAULT_BOUNDS.redirects,
        )
    return explain_html(
        answer.body,
        url=answer.url,
        observed_at=datetime.now(UTC),
        content_type=answer.headers.get("content-type", ""),
        status=answer.status,
    )
