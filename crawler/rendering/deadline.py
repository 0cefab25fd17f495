"""The time that is left of a visit."""

import asyncio


class Deadline:
    """``within(n)``: the smaller of ``n`` and what is left, in seconds. Raises TimeoutError when nothing is left."""

    def __init__(self, seconds: float) -> None:
        self._end = asyncio.get_running_loop().time() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - asyncio.get_running_loop().time())

    def within(self, seconds: float) -> float:
        """Seconds that a step may take."""
        left = self.left
        if left <= 0:
            raise TimeoutError("the visit's time is used up")
        return min(seconds, left)
