"""Reaches time-stamp authorities through the crawler's one way out, within bounds."""

from pathlib import Path

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.egress.http import fetch_now
from crawler.egress.policy import EgressPolicy
from crawler.errors import TimestampError
from crawler.evidence.timestamp import Post, Stamper
from crawler.evidence.token_check import MAX_TOKEN_BYTES


def stamper_of(config: Config, policy: EgressPolicy, bounds: Bounds) -> Stamper:
    """The operator's authorities, reached through the one way out. Raises TimestampError for a bad CA file."""
    urls = [url.strip() for url in config.timestamp_urls.split(",") if url.strip()]
    ca = Path(config.timestamp_ca) if config.timestamp_ca else None
    return Stamper(urls, ca, egress_post(policy, bounds), answer_seconds=bounds.timestamp_seconds)


def egress_post(policy: EgressPolicy, bounds: Bounds) -> Post:
    """A blocking POST under ``policy``; it raises CrawlerError when no usable answer comes in time."""

    def post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
        answer = fetch_now(
            policy,
            "POST",
            url,
            body=body,
            headers=headers,
            max_bytes=MAX_TOKEN_BYTES,
            seconds=bounds.timestamp_seconds,
            max_redirects=0,
        )
        if answer.status != 200:
            raise TimestampError(f"the authority answered {answer.status}")
        return answer.body

    return post
