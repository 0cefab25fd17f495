"""Charts as SVG, drawn here: no script, no inline style; colours come from the desk's style sheet."""

from collections.abc import Iterable, Sequence
from html import escape

from takedown.statistics.figures import Curve, Week

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 200, 30, 44
_NAME = 26  # letters that fit beside the chart
_CLASSES = ("c1", "c2", "c3", "c4", "c5", "c6")


def survival_chart(curves: Sequence[Curve], names: Sequence[str], *, days: float, titles: tuple[str, str]) -> str:
    """Steps with the 95% band of the first curve; names stand at the ends. ``titles``: of the axes."""
    hours = max(days * 24, 1.0)
    parts = [_frame(titles, [(f"{day:g}", day * 24 / hours) for day in _ticks(days)])]
    ends: list[tuple[float, str, str]] = []
    for place, (curve, name) in enumerate(zip(curves[: len(_CLASSES)], names, strict=False)):
        look = _CLASSES[place]
        if place == 0 and curve.steps:
            parts.append(f'<path class="band {look}" d="{_band(curve, hours)}"/>')
        parts.append(f'<path class="line {look}" d="{_steps(curve, hours)}"/>')
        ends.append((_y(_last(curve, hours)), name, look))
    for y, name, look in _apart(ends):
        name = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
        parts.append(f'<text class="name {look}" x="{WIDTH - _RIGHT + 6}" y="{y + 4:.1f}">{escape(name)}</text>')
    return _svg(parts)


def weeks_chart(weeks: Sequence[Week], names: tuple[str, str], title: str) -> str:
    """Two bars a week: what came in, what was proven down."""
    top = -(-max([max(week.opened, week.down) for week in weeks] + [1]) // 4) * 4  # so that each line is a whole number
    each = (WIDTH - _LEFT - _RIGHT) / max(len(weeks), 1)
    ticks = [(week.until.strftime("%d/%m"), (place + 0.5) / len(weeks)) for place, week in enumerate(weeks)]
    parts = [_frame(("", title), ticks[:: max(len(ticks) // 6, 1)], top=top)]
    for place, week in enumerate(weeks):
        for side, (value, look) in enumerate(((week.opened, "c1"), (week.down, "c3"))):
            x, y = _LEFT + each * place + each * (0.12 + 0.4 * side), _y(value / top)
            parts.append(
                f'<rect class="bar {look}" x="{x:.1f}" y="{y:.1f}" width="{each * 0.36:.1f}" '
                f'height="{HEIGHT - _BOTTOM - y:.1f}"/>'
            )
    for place, (name, look) in enumerate(zip(names, ("c1", "c3"), strict=True)):
        parts.append(
            f'<text class="name {look}" x="{WIDTH - _RIGHT + 6}" y="{_TOP + 16 + 20 * place}">{escape(name)}</text>'
        )
    return _svg(parts)


def _frame(titles: tuple[str, str], ticks: Iterable[tuple[str, float]], top: int = 0) -> str:
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = _y(share)
        shown = f"{share * top:g}" if top else f"{share:.0%}"
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{right}"/>')
        parts.append(f'<text class="tick end" x="{_LEFT - 6}" y="{y + 4:.1f}">{shown}</text>')
    for name, share in ticks:
        x = _LEFT + share * (right - _LEFT)
        parts.append(f'<text class="tick mid" x="{x:.1f}" y="{bottom + 18}">{escape(name)}</text>')
    middle = (_LEFT + right) / 2
    parts.append(f'<text class="tick mid" x="{middle:.0f}" y="{HEIGHT - 6}">{escape(titles[0])}</text>')
    parts.append(f'<text class="tick" x="{_LEFT}" y="{_TOP - 17}">{escape(titles[1])}</text>')
    return "".join(parts)


def _svg(parts: Iterable[str]) -> str:
    """Hidden from readers of the screen: the table beside it says the same."""
    return f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'


def _steps(curve: Curve, hours: float) -> str:
    path, last = [f"M{_LEFT} {_y(1):.1f}"], 1.0
    for step in curve.steps:
        if step.hours > hours:
            break
        path.append(f"H{_x(step.hours, hours):.1f}V{_y(step.share):.1f}")
        last = step.share
    return "".join([*path, f"H{WIDTH - _RIGHT}" if last > 0 or curve.up else ""])


def _band(curve: Curve, hours: float) -> str:
    inside = [step for step in curve.steps if step.hours <= hours]
    upper, lower = [f"M{_LEFT} {_y(1):.1f}"], []
    for place, step in enumerate(inside):
        end = _x(inside[place + 1].hours, hours) if place + 1 < len(inside) else WIDTH - _RIGHT
        upper.append(f"H{_x(step.hours, hours):.1f}V{_y(step.high):.1f}H{end:.1f}")
        lower.append((_x(step.hours, hours), end, _y(step.low)))
    back = [f"V{low:.1f}H{start:.1f}" for start, _, low in reversed(lower)]
    return "".join([*upper, *back, "Z"])


def _last(curve: Curve, hours: float) -> float:
    shares = [step.share for step in curve.steps if step.hours <= hours]
    return shares[-1] if shares else 1.0


def _apart(ends: list[tuple[float, str, str]], gap: float = 15) -> list[tuple[float, str, str]]:
    """Names that would stand on each other are moved down, and all of them up where the last would leave the chart."""
    placed: list[tuple[float, str, str]] = []
    for y, name, look in sorted(ends):
        placed.append((max(y, placed[-1][0] + gap) if placed else y, name, look))
    over = placed[-1][0] - (HEIGHT - _BOTTOM) if placed else 0
    return [(y - max(over, 0), name, look) for y, name, look in placed]


def _ticks(days: float) -> list[float]:
    step = next((size for size in (1, 2, 5, 7, 14, 30, 60, 90) if days / size <= 7), 180)
    return [float(day) for day in range(0, int(days) + 1, step)]


def _x(value: float, most: float) -> float:
    return _LEFT + value / most * (WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (HEIGHT - _TOP - _BOTTOM)
