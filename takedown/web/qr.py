"""A QR code as the path of an SVG: no picture file, no inline style."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class QrPath:
    """``size``: the width and height in modules, quiet zone included; ``path``: what is dark."""

    size: int
    path: str


def qr_path(text: str) -> QrPath:
    """Raises ValueError for more text than a code holds."""
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: Any = zxingcpp.write_barcode_to_image(code, scale=1)  # a buffer of bytes, though its types do not say so
    rows: Any = memoryview(picture).tolist()
    dark = (f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, value in enumerate(row) if value < 128)
    return QrPath(len(rows), "".join(dark))
