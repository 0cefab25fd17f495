"""Learns what a brand's logo and icon look like from its official front page, over a certificate that holds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.bounds import DEFAULT_BOUNDS
from crawler.brand_emblems import Learnt
from crawler.config import Config
from crawler.detection.facts import Brand, PageFacts
from crawler.detection.hosts import host_of, is_under
from crawler.egress.http import FetchError, HttpAnswer, HttpClient
from crawler.errors import CrawlerError, EgressRefusedError
from crawler.explaining import judge_answer
from crawler.plain_fetch import RobotsDisallowedError, fetch_obeying
from crawler.reading.job import ReadingJob
from crawler.reading.reader import Reader, ReadingFailedError
from crawler.visit import Outcome

_TRIED = 2  # official hosts of a brand, one after the other
_FAULTS = (FetchError, EgressRefusedError, RobotsDisallowedError, ReadingFailedError)


class NotLearntError(CrawlerError):
    """No logo could be learnt of this brand; the message says why."""


async def learn_emblems(http: HttpClient, reader: Reader, brand: Brand, config: Config) -> Learnt:
    """Logos and icons of the first official host that shows any. Raises NotLearntError."""
    reasons = [f"{brand.id}: no official domain is known"] if not brand.domains else []
    for host in brand.domains[:_TRIED]:
        try:
            return await _learn_from(http, reader, f"https://{host}/", brand, config)
        except _FAULTS as error:
            reasons.append(f"{host}: {error}")
        except NotLearntError as error:
            reasons.append(str(error))
    raise NotLearntError("; ".join(reasons))


async def _learn_from(http: HttpClient, reader: Reader, url: str, brand: Brand, config: Config) -> Learnt:
    answer, _ = await fetch_obeying(http, url, config)
    if urlsplit(answer.url).scheme != "https" or not is_under(host_of(answer.url), brand.domains):
        raise NotLearntError(f"{url}: leads to {answer.url[:200]}, which is not on the brand's list")
    outcome, reason = judge_answer(answer)
    if outcome is not Outcome.READ:
        raise NotLearntError(f"{url}: {outcome.value} {reason}".strip())
    now = datetime.now(UTC)
    wanted = [emblem.url for emblem in (await _read(reader, answer, {}, now)).emblems]
    pictures = await _pictures(http, wanted, config)
    facts = await _read(reader, answer, pictures, now)
    emblems = tuple(emblem for emblem in facts.emblems if emblem.mark)
    if not emblems:
        raise NotLearntError(f"{url}: {len(wanted)} pictures named, none could be read or shows enough")
    return Learnt(now, answer.url, emblems)


async def _read(reader: Reader, answer: HttpAnswer, images: dict[str, bytes], now: datetime) -> PageFacts:
    kind = answer.headers.get("content-type", "")
    return await reader.page(ReadingJob(answer.body, answer.url, kind, now, DEFAULT_BOUNDS, images))


async def _pictures(http: HttpClient, urls: Sequence[str], config: Config) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for url in urls:
        if url[:8].lower().startswith(("http://", "https://")):
            try:
                answer, _ = await fetch_obeying(http, url, config, max_bytes=DEFAULT_BOUNDS.image_bytes)
            except _FAULTS:
                continue  # one picture less; a page without any is told
            if answer.status == 200 and not answer.truncated:
                found[url] = answer.body
    return found
