"""A picture's bytes decoded within bounds: hostile ones cost a reason, never more."""

import base64
import binascii
import io
import warnings

from PIL import Image as Picture

from crawler.bounds import Bounds
from crawler.parsing.document import Document, Element

LONGEST_SIDE = 1_600
SMALLEST_INLINE = 400  # characters of base64; less is a spacer or an icon
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_INLINE = ("data:image/png", "data:image/jp", "data:image/gif", "data:image/webp", "data:image/bmp")
_UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, EOFError, KeyError, RuntimeError, MemoryError)
_REFUSED = (Picture.DecompressionBombError, Warning, OverflowError)


def read_picture(content: bytes, bounds: Bounds, formats: tuple[str, ...] = FORMATS) -> tuple[Picture.Image, str]:
    """The first frame in RGBA or grey, scaled down, or a reason beside an empty one. Never raises on hostile bytes.

    Its size is known before a pixel is decoded.
    """
    nothing = Picture.new("L", (1, 1))
    if len(content) > bounds.image_bytes:
        return nothing, f"larger than {bounds.image_bytes} bytes"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # before it is opened: that is when Pillow warns of a bomb
            return _decoded(content, bounds, formats)
    except _UNREADABLE as error:
        return nothing, f"unreadable ({type(error).__name__})"
    except _REFUSED as error:
        return nothing, f"refused ({type(error).__name__})"


def _decoded(content: bytes, bounds: Bounds, formats: tuple[str, ...]) -> tuple[Picture.Image, str]:
    with Picture.open(io.BytesIO(content), formats=formats) as picture:
        if picture.width * picture.height > bounds.image_pixels:
            return Picture.new("L", (1, 1)), f"more than {bounds.image_pixels} pixels"
        picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
        flat = picture.convert("RGBA" if picture.mode in {"RGBA", "LA", "P", "PA"} else "L")
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return flat, ""


def on_ground(picture: Picture.Image, ground: str) -> Picture.Image:
    """In grey, what is transparent filled with ``ground``."""
    if picture.mode == "L":
        return picture
    return Picture.alpha_composite(Picture.new("RGBA", picture.size, ground), picture).convert("L")


def inline_picture(document: Document, element: Element) -> bytes:
    """The bytes of a picture that is written into the page itself, b"" where it is none or says nothing."""
    head, _, rest = element.get("src").partition("base64,")
    text = document.blobs[int(rest[1:])] if _refers(rest, len(document.blobs)) else rest
    if not head.lower().startswith(_INLINE) or not SMALLEST_INLINE <= len(text) <= document.bounds.image_bytes * 2:
        return b""
    try:
        return base64.b64decode(text.replace("%2B", "+").replace("%3D", "="))
    except (binascii.Error, ValueError):
        return b""


def _refers(rest: str, count: int) -> bool:
    return rest.startswith("~") and rest[1:].isdecimal() and len(rest) < 8 and int(rest[1:]) < count
