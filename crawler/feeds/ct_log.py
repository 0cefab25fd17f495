"""A certificate-transparency log read over its HTTP API: tree heads and entries, bounded, through the one egress."""

import base64
import binascii
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from crawler.egress.http import HttpAnswer, fetch_now
from crawler.egress.policy import EgressPolicy
from crawler.errors import CrawlerError

BATCH: Final = 256  # entries asked for at once; most logs give as many or fewer
MAX_BYTES: Final = 24_000_000  # of one answer
SECONDS: Final = 60.0
PATIENCE: Final = 5  # throttled answers in a row before we leave
LONGEST_WAIT: Final = 60.0
_THROTTLED: Final = frozenset({429, 503})


class CtLogError(CrawlerError):
    """The log gave nothing usable; the message says what happened."""


class ThrottledError(CtLogError):
    """The log wants us to come back later."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """How many entries the log holds, and the hash over all of them."""

    size: int
    root: str  # base64, as given


class CtLog:
    """``CtLog(url, policy)``; ``url`` is the log's, without ``/ct/v1``. ``pause`` waits between throttled requests."""

    def __init__(self, url: str, policy: EgressPolicy, pause: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise CtLogError(f"{url[:200]}: is no address of a log; write it as https://host/log/")
        self.url = url.rstrip("/").removesuffix("/ct/v1")
        self._policy = policy
        self._pause = pause

    def head(self) -> TreeHead:
        """The present tree head. Raises CtLogError, EgressRefusedError or FetchError."""
        answer = self._ask("get-sth")
        size, root = answer.get("tree_size"), answer.get("sha256_root_hash")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0 or not isinstance(root, str):
            raise CtLogError(f"{self.url}: its tree head has no size and root")
        return TreeHead(size, root[:100])

    def entries(self, start: int, end: int) -> list[bytes]:
        """Leaves from ``start`` up to, not including, ``end``: as many as the log gives at once, at least one."""
        answer = self._ask(f"get-entries?start={start}&end={min(end, start + BATCH) - 1}")
        rows = answer.get("entries")
        if not isinstance(rows, list) or not rows:
            raise CtLogError(f"{self.url}: gives no entries from {start:,} on, though its tree is larger")
        return [_leaf(row) for row in rows[: end - start]]

    def _ask(self, what: str) -> Mapping[str, Any]:
        for tries in range(1, PATIENCE + 1):
            answer = fetch_now(
                self._policy, "GET", f"{self.url}/ct/v1/{what}", max_bytes=MAX_BYTES, seconds=SECONDS,
                headers={"Accept": "application/json", "User-Agent": "lachan"},
            )  # fmt: skip
            if answer.status not in _THROTTLED:
                return self._object(answer)
            if tries < PATIENCE:
                self._pause(_wait(answer, tries))
        raise ThrottledError(
            f"{self.url}: throttles us (HTTP {answer.status}); run it again later, it goes on from here"
        )

    def _object(self, answer: HttpAnswer) -> Mapping[str, Any]:
        if answer.status != 200:
            raise CtLogError(f"{self.url}: HTTP {answer.status}; is this the address of a log?")
        if answer.truncated:
            raise CtLogError(f"{self.url}: an answer of more than {MAX_BYTES:,} bytes")
        try:
            value = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise CtLogError(f"{self.url}: its answer is not JSON; is this the address of a log?") from error
        if not isinstance(value, dict):
            raise CtLogError(f"{self.url}: its answer is no JSON object")
        return value


def _leaf(row: object) -> bytes:
    """The leaf's bytes; what is none is empty, so that the entry counts as unreadable."""
    text = row.get("leaf_input") if isinstance(row, dict) else None
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return b""


def _wait(answer: HttpAnswer, tries: int) -> float:
    """Seconds as the log asks for, or twice as long each time; never more than a minute."""
    asked = answer.headers.get("retry-after", "")
    return min(float(asked) if asked.isascii() and asked.isdigit() else 2.0**tries, LONGEST_WAIT)
