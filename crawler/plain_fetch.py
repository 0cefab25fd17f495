"""One address fetched plainly, as a person at the command line asks for it: robots.txt first, bounded, nothing kept."""

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.egress.http import FetchError, HttpAnswer, HttpClient
from crawler.errors import CrawlerError


class RobotsDisallowedError(CrawlerError):
    """robots.txt forbids this page, and the setting obeys it."""


async def fetch_obeying(
    http: HttpClient, url: str, config: Config, *, max_bytes: int = DEFAULT_BOUNDS.body_bytes
) -> tuple[HttpAnswer, str]:
    """The answer, and what robots.txt says of the last address that was asked: allowed, overridden or unavailable.

    Raises RobotsDisallowedError, FetchError, EgressRefusedError.
    """
    headers = {"User-Agent": config.user_agent, "Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}
    states = [""]

    async def permit(address: str) -> None:
        states[0] = await _ask_robots(http, address, headers, config)

    answer = await http.fetch(
        "GET",
        url,
        headers={**headers, "Referer": config.referrer} if config.referrer else headers,
        max_bytes=max_bytes,
        seconds=config.fetch_seconds,
        max_redirects=DEFAULT_BOUNDS.redirects,
        permit=permit,
    )
    return answer, states[0]


async def _ask_robots(http: HttpClient, url: str, headers: dict[str, str], config: Config) -> str:
    from crawler.middlewares.robots import ROBOTS_BYTES, origin_of, parse_robots  # heavy, and seldom needed
    from crawler.settings import ROBOTSTXT_USER_AGENT

    try:
        asked = f"{origin_of(url)}/robots.txt"
        answer = await http.fetch("GET", asked, headers=headers, max_bytes=ROBOTS_BYTES, seconds=config.fetch_seconds)
    except FetchError:
        return "unavailable"
    rules = parse_robots(answer.status, answer.body)
    if rules is None or rules.can_fetch(url, ROBOTSTXT_USER_AGENT):
        return "unavailable" if rules is None else "allowed"
    if config.robots != "record":
        raise RobotsDisallowedError(f"robots.txt disallows {url[:200]}")
    return "overridden"
