"""The calibration curve as a picture: what the engine states against what is so, on scales of log-odds."""

import math
from collections.abc import Iterator

from crawler.evaluation.drawing import Box, Dot, Drawing, Line, Shape, Words
from crawler.evaluation.labelled import Kind
from crawler.evaluation.reliability import Bin
from crawler.evaluation.report import EvaluationReport

_SIZE, _LEFT, _TOP, _GAP = 360, 80, 84, 110
_TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
_INK, _GRID, _CURVE, _RANGE, _SOFT = "#0f172a", "#e2e8f0", "#0f766e", "#99d5cd", "#64748b"
_KINDS = {
    Kind.PAGE: ("Trang web", "Pages"),
    Kind.TEXT: ("Tin nhắn, văn bản", "Texts"),
    Kind.NAME: ("Tên miền", "Names"),
}


def draw_curves(report: EvaluationReport, language: str = "vi") -> Drawing:
    """One panel a kind of sample."""
    which = 1 if language == "en" else 0
    panels = [(kind, bins) for kind, bins in report.curves if bins]
    width = _LEFT + max(1, len(panels)) * (_SIZE + _GAP) - _GAP + 40
    title = ("Xác suất nêu ra và tỷ lệ lừa đảo quan sát được", "Stated probability and observed share of fraud")[which]
    note = (
        f"Mỗi nhóm tính như nhau; tỷ lệ lừa đảo quy về {report.prevalence:.0%}. Thanh: khoảng 95% theo nhóm.",
        f"Every group weighs alike; frauds re-weighted to {report.prevalence:.0%}. Bars: 95% over groups.",
    )[which]
    shapes: list[Shape] = [Words(24, 32, title, 17, _INK), Words(24, 53, note, 12, _SOFT)]
    for place, (kind, bins) in enumerate(panels):
        shapes.extend(_panel(_LEFT + place * (_SIZE + _GAP), bins, _KINDS[kind][which], which))
    return Drawing(max(width, 600), _TOP + _SIZE + 92, tuple(shapes), title)


def _panel(left: float, bins: tuple[Bin, ...], name: str, which: int) -> Iterator[Shape]:
    bottom = _TOP + _SIZE
    for tick in _TICKS:
        at = _scale(tick)
        label = f"{tick:.1%}" if tick in {0.001, 0.999} else f"{tick:.0%}"
        yield Line(((left + at, _TOP), (left + at, bottom)), _GRID)
        yield Line(((left, bottom - at), (left + _SIZE, bottom - at)), _GRID)
        yield Words(left + at, bottom + 18, label, 11, _SOFT, "middle")
        yield Words(left - 8, bottom - at + 4, label, 11, _SOFT, "end")
    yield Line(((left, bottom), (left + _SIZE, _TOP)), _SOFT, 1, dashed=True)
    for entry in bins:
        x = left + _scale(entry.stated)
        yield Box(x - 3, bottom - _scale(entry.high), 6, _scale(entry.high) - _scale(entry.low), _RANGE)
    yield Line(tuple((left + _scale(entry.stated), bottom - _scale(entry.observed)) for entry in bins), _CURVE, 2)
    for place, entry in enumerate(bins):
        x, y = left + _scale(entry.stated), bottom - _scale(entry.observed)
        yield Dot(x, y, 4.5, _CURVE)
        yield Words(
            x, bottom + 36 + 13 * (place % 2), f"{entry.scam_groups}:{entry.benign_groups}", 10, _CURVE, "middle"
        )
    axis = (
        "xác suất nêu ra, và dưới đó nhóm lừa đảo : nhóm ngay thẳng",
        "stated probability, and under it fraud groups : honest groups",
    )[which]
    yield Words(left, _TOP - 10, f"{name} — " + ("quan sát được", "observed")[which], 12, _INK)
    yield Words(left + _SIZE / 2, bottom + 72, axis, 12, _INK, "middle")


def _scale(share: float) -> float:
    """The place of a share on an axis of log-odds from 0.05% to 99.95%."""
    end = math.log(0.9995 / 0.0005)
    inside = min(max(share, 0.0005), 0.9995)
    return _SIZE * (math.log(inside / (1 - inside)) + end) / (2 * end)
