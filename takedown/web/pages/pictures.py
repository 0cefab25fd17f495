"""Captured pictures, never as they came: decoded here within bounds and encoded anew."""

import io

from fastapi import HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.models import ObservationFile
from takedown.web.access import CASES, Pages, desk_of
from takedown.web.guarding import FILE_POLICY
from takedown.web.shelf import Shelf

pages = Pages()
MAX_PIXELS = 60_000_000
MAX_BYTES = 30_000_000
_SHELF = Shelf(room=64_000_000, hands=2)  # a picture takes up to 180 MB while it is made
_NOTICED = 40  # of 255: below, two encodings of one picture differ
SIZES = {"thumb": (480, 960), "page": (1000, 6000)}  # width, and the height that is shown of a long page


@pages.page("/pictures/changes/{before}/{after}", CASES)
def changes(request: Request, before: str, after: str) -> Response:
    """Two sealed screenshots on each other: what changed is red, the rest pale."""
    desk = desk_of(request)
    with desk.reading() as session:
        if not (is_screenshot(session, before) and is_screenshot(session, after)):
            raise HTTPException(404)
    try:
        data = compared(desk.store, before, after)
    except ValueError as error:
        return PlainTextResponse(f"these pictures cannot be compared: {error}\n", 422)
    return _webp(data)


@pages.page("/pictures/{size}/{digest}", CASES)
def picture(request: Request, size: str, digest: str) -> Response:
    """A sealed screenshot as WebP; 422 with its reason for what cannot be shown."""
    desk = desk_of(request)
    if size not in SIZES:
        raise HTTPException(404)
    with desk.reading() as session:
        if not is_screenshot(session, digest):
            raise HTTPException(404)
    try:
        data = encoded(desk.store, digest, *SIZES[size])
    except ValueError as error:
        return PlainTextResponse(f"this picture cannot be shown: {error}\n", 422)
    return _webp(data)


def _webp(data: bytes) -> Response:
    headers = {"Cache-Control": "private, max-age=86400, immutable", "Content-Security-Policy": FILE_POLICY}
    return Response(data, media_type="image/webp", headers=headers)


def is_screenshot(session: Session, digest: str) -> bool:
    """Only what was sealed as a screenshot is a picture of ours."""
    query = select(ObservationFile.id).where(
        ObservationFile.digest == digest, col(ObservationFile.name).startswith("screenshot.")
    )
    return session.exec(query.limit(1)).first() is not None


def encoded(store: ArtifactStore, digest: str, width: int, height: int) -> bytes:
    """A picture as WebP, kept for whoever looks next. Raises ValueError with the reason."""
    return _SHELF.take((store, digest, width, height), lambda: _encode(store, digest, width, height))


def _encode(store: ArtifactStore, digest: str, width: int, height: int) -> bytes:
    from PIL import Image

    if store.size(digest) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
    try:
        with Image.open(io.BytesIO(store.get(digest)), formats=("PNG", "JPEG", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"it has more than {MAX_PIXELS:,} points")
            top = min(image.height, max(1, round(height * image.width / width)))
            shown = image.convert("RGB").crop((0, 0, image.width, top))
    except (OSError, Image.DecompressionBombError, SyntaxError) as error:
        raise ValueError("it is damaged") from error
    shown.thumbnail((width, height))
    out = io.BytesIO()
    shown.save(out, "WEBP", quality=72, method=2)
    return out.getvalue()


def compared(store: ArtifactStore, before: str, after: str) -> bytes:
    """Two pictures on each other as WebP, kept as ``encoded`` keeps them. Raises ValueError with the reason."""
    old, new = (encoded(store, digest, *SIZES["page"]) for digest in (before, after))
    return _SHELF.take((store, before, after), lambda: _compare(old, new))


def _compare(old: bytes, new: bytes) -> bytes:
    from PIL import Image, ImageChops

    pictures = [Image.open(io.BytesIO(data)).convert("RGB") for data in (old, new)]
    size = (max(each.width for each in pictures), max(each.height for each in pictures))
    sheets = []
    for shown in pictures:
        sheet = Image.new("RGB", size, "white")
        sheet.paste(shown)
        sheets.append(sheet)
    changed = ImageChops.difference(*sheets).convert("L").point(lambda value: 255 if value > _NOTICED else 0)
    pale = Image.blend(sheets[1].convert("L").convert("RGB"), Image.new("RGB", size, "white"), 0.5)
    pale.paste(Image.new("RGB", size, (214, 30, 40)), mask=changed)
    out = io.BytesIO()
    pale.save(out, "WEBP", quality=72, method=2)
    return out.getvalue()
