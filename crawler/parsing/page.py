"""From a page's bytes to its facts: the one door to this package's slower readers."""

from collections.abc import Mapping
from datetime import datetime

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.detection.facts import PageFacts
from crawler.parsing import forms, language, links, text
from crawler.parsing.document import read_document
from crawler.parsing.encoding import decode_html

_NO_IMAGES: Mapping[str, bytes] = {}


def parse_page(
    html: bytes,
    *,
    url: str,
    observed_at: datetime,
    content_type: str = "",
    status: int = 200,
    images: Mapping[str, bytes] = _NO_IMAGES,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> PageFacts:
    """Facts of one page. ``images``: bytes of pictures by absolute URL, read for payment codes.

    Never raises on hostile bytes; what was cut or could not be read is in ``gaps``.
    """
    gaps = [f"page cut at {bounds.html_bytes} bytes"] if len(html) > bounds.html_bytes else []
    decoded = decode_html(html[: bounds.html_bytes], content_type=content_type)
    document = read_document(decoded.text, url=url, bounds=bounds)
    visible = text.parse_text(document)
    return PageFacts(
        url=url,
        observed_at=observed_at,
        title=text.parse_title(document),
        text=visible,
        description=text.parse_description(document),
        site_name=text.parse_site_name(document),
        headings=text.parse_headings(document),
        language=language.judge_language(visible),
        declared_language=text.declared_language(document),
        canonical=links.parse_canonical(document),
        links=links.parse_links(document),
        forms=forms.parse_forms(document),
        images=links.parse_images(document),
        script_hosts=links.parse_script_hosts(document),
        frame_urls=links.parse_frames(document),
        status=status,
        html_bytes=len(html),
        gaps=(*gaps, *decoded.gaps, *document.gaps),
    )
