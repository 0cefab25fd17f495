"""Logos drawn for tests, and what sites do to pictures: other sizes, margins, grounds and formats."""

import io

from PIL import Image, ImageDraw

KINDS = ("bank", "shield", "star")


def draw_logo(kind: str = "bank", width: int = 320, ink: str = "#0a6b3d", ground: str | None = "white") -> Image.Image:
    """A sign and a word's strokes; ``ground`` None: transparent."""
    logo = Image.new("RGBA", (320, 110), ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(logo)
    if kind == "bank":
        pen.polygon([(15, 20), (95, 20), (55, 95)], fill=ink)
        strokes = [(120, 30, 132, 85), (140, 50, 180, 60), (190, 30, 230, 42), (205, 42, 216, 90), (250, 60, 300, 90)]
    elif kind == "shield":
        pen.ellipse((10, 10, 100, 100), fill=ink)
        strokes = [(130, 20, 300, 34), (130, 48, 220, 62), (130, 76, 270, 96)]
    else:
        pen.polygon([(60, 5), (75, 100), (5, 40), (110, 40), (40, 100)], fill=ink)
        strokes = [(140, 70, 160, 100), (170, 50, 190, 100), (200, 30, 220, 100), (240, 10, 310, 40)]
    for stroke in strokes:
        pen.rectangle(stroke, fill=ink)
    return logo.resize((width, width * 110 // 320), Image.Resampling.LANCZOS)


def as_bytes(picture: Image.Image, kind: str = "PNG", quality: int = 75) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    (picture.convert("RGB") if kind == "JPEG" else picture).save(out, kind, quality=quality)
    return out.getvalue()


def framed(picture: Image.Image, margin: int = 12, ground: str = "white") -> Image.Image:
    """The same with room around it."""
    wide = Image.new("RGBA", (picture.width + 3 * margin, picture.height + 2 * margin), ground)
    wide.alpha_composite(picture.convert("RGBA"), (margin, margin))
    return wide
