"""One answer kept for a while, a failure for a shorter one: a provider that is down costs one wait, not one each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from takedown.errors import ProviderDownError, ProviderError

SILENCE = timedelta(seconds=15)
PATIENCE = 2.0  # seconds that a visitor waits while another one asks
T = TypeVar("T")


class Kept(Generic[T]):
    """``fetch`` is given the time and may raise ProviderError; one thread asks, the others wait a little."""

    def __init__(self, fetch: Callable[[datetime], T], life: timedelta) -> None:
        self._fetch = fetch
        self._life = life
        self._lock = Lock()
        self._asked_at: datetime | None = None
        self._fault: ProviderError | None = None
        self.last: T | None = None

    def get(self, now: datetime, *, older_than: timedelta | None = None) -> T:
        """The answer, asked for anew when it is older than its life, or than ``older_than``. Raises ProviderError."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise ProviderDownError("the provider has not answered yet", "nơi đăng nhập chưa trả lời")
        try:
            return self._get(now, self._life if older_than is None else older_than)
        finally:
            self._lock.release()

    def _get(self, now: datetime, life: timedelta) -> T:
        age = now - self._asked_at if self._asked_at is not None else None
        if age is not None and self._fault is not None and age < SILENCE:
            raise type(self._fault)(str(self._fault), self._fault.vi)
        if age is not None and self._fault is None and self.last is not None and timedelta() <= age < life:
            return self.last
        self._asked_at = now
        try:
            self.last, self._fault = self._fetch(now), None
        except ProviderError as error:
            self._fault = error
            raise
        return self.last
