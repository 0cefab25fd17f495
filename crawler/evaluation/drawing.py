"""A few shapes, drawn as SVG or as PNG."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_FONTS: Final = (
    "NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "Arial.ttf",
)
_SCALE = 2  # pixels a unit in PNG


@dataclass(frozen=True, slots=True)
class Line:
    points: tuple[tuple[float, float], ...]
    color: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    color: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    color: str


@dataclass(frozen=True, slots=True)
class Words:
    """``anchor``: start, middle or end. ``y`` is the baseline."""

    x: float
    y: float
    text: str
    size: float = 12
    color: str = "#334155"
    anchor: str = "start"


Shape = Line | Box | Dot | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    shapes: tuple[Shape, ...]
    title: str = ""


def write_drawing(drawing: Drawing, path: Path) -> None:
    """Writes SVG, or PNG where the name ends so."""
    if path.suffix.lower() == ".png":
        path.write_bytes(as_png(drawing))
    else:
        path.write_text(as_svg(drawing), encoding="utf-8")


def as_svg(drawing: Drawing) -> str:
    """One self-contained document."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" '
        f'width="{drawing.width}" height="{drawing.height}" role="img" '
        'font-family="Noto Sans, DejaVu Sans, Arial, sans-serif">'
        f'<title>{escape(drawing.title)}</title><rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return "\n".join((head, *map(_svg, drawing.shapes), "</svg>")) + "\n"


def _svg(shape: Shape) -> str:
    if isinstance(shape, Line):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
        dash = ' stroke-dasharray="5 4"' if shape.dashed else ""
        return f'<polyline points="{points}" fill="none" stroke="{shape.color}" stroke-width="{shape.width}"{dash}/>'
    if isinstance(shape, Box):
        place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
        return f'<rect {place} fill="{shape.color}"/>'
    if isinstance(shape, Dot):
        return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius:.1f}" fill="{shape.color}"/>'
    place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size}" text-anchor="{shape.anchor}"'
    return f'<text {place} fill="{shape.color}">{escape(shape.text)}</text>'


def as_png(drawing: Drawing) -> bytes:
    """The same at twice the size, in pixels."""
    import io

    from PIL import Image, ImageDraw

    image = Image.new("RGB", (drawing.width * _SCALE, drawing.height * _SCALE), "#ffffff")
    canvas = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        _paint(canvas, shape)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _paint(canvas: "ImageDraw.ImageDraw", shape: Shape) -> None:
    if isinstance(shape, Line):
        for points in _dashes(shape) if shape.dashed else (shape.points,):
            canvas.line(
                [(x * _SCALE, y * _SCALE) for x, y in points], shape.color, round(shape.width * _SCALE), "curve"
            )
    elif isinstance(shape, Box):
        corner = (shape.x + shape.width) * _SCALE, (shape.y + shape.height) * _SCALE
        canvas.rectangle((shape.x * _SCALE, shape.y * _SCALE, *corner), shape.color)
    elif isinstance(shape, Dot):
        canvas.circle((shape.x * _SCALE, shape.y * _SCALE), shape.radius * _SCALE, shape.color)
    else:
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
        canvas.text((shape.x * _SCALE, shape.y * _SCALE), shape.text, shape.color, _font(shape.size * _SCALE), anchor)


def _dashes(line: Line) -> Sequence[tuple[tuple[float, float], ...]]:
    """Short pieces of a line between two points."""
    (x0, y0), (x1, y1) = line.points[0], line.points[-1]
    count = max(1, int(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 / 9))
    step = (x1 - x0) / count, (y1 - y0) / count
    return [
        ((x0 + n * step[0], y0 + n * step[1]), (x0 + (n + 0.55) * step[0], y0 + (n + 0.55) * step[1]))
        for n in range(count)
    ]


def _font(size: float) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
