"""Whether each server was asked no faster than its interval, as the server itself saw it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any


def ahead(moments: Sequence[float], interval: float) -> float:
    """By how many questions a server was ever ahead of one every ``interval`` seconds, over any stretch of time.

    A question that is held up on its way arrives beside the next, so that a single gap proves nothing; but no more
    questions can be ahead than are under way at once. ``moments``: monotonic, in order.
    """
    worst, low = 0.0, float("inf")
    for place, moment in enumerate(moments):
        now = place - moment / interval
        low = min(low, now)
        worst = max(worst, now - low)
    return worst


def paces(servers: Mapping[str, Sequence[float]], interval: float, under_way: int) -> dict[str, Any]:
    """A line for each server that was asked, and the names of those whose limit was broken."""
    told, broken = {}, []
    for name, moments in servers.items():
        gaps = sorted(after - before for before, after in pairwise(moments))
        if not gaps:
            continue
        lead = ahead(moments, interval)
        told[name] = {
            "questions": len(moments),
            "per_second": round(len(gaps) / max(moments[-1] - moments[0], 1e-9), 2),
            "smallest_gap": round(gaps[0], 3),
            "median_gap": round(gaps[len(gaps) // 2], 3),
            "ahead": round(lead, 1),
        }
        if lead > under_way:
            broken.append(name)
    return {"servers": told, "limit_broken": broken}
