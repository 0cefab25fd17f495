"""One page to be read, and the reading itself: pure, so that it may run here or in a process that can be killed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from crawler.bounds import Bounds
from crawler.detection.facts import FirstLook, PageFacts
from crawler.parsing.encoding import decode_html
from crawler.parsing.firstlook import first_look
from crawler.parsing.page import parse_page
from crawler.visit import Visit

LIGHT_BYTES = 400_000
LIGHT_TAGS = 4_000  # what costs a tree builder the square of its tags still costs milliseconds here
WITHOUT_STRUCTURE = "read without its structure, "  # and why

_SILENT = re.compile(r"<(script|style)\b(?:[^<]++|<(?!/\1))*+", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>[^<]{0,2000}", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>?")
_SPACES = re.compile(r"[ \t]{2,}+")


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """A document with what its readers need. ``images``: pictures by address, to be looked at for payment codes."""

    html: bytes = field(repr=False)
    url: str
    content_type: str
    observed_at: datetime
    bounds: Bounds
    images: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, visit: Visit, bounds: Bounds, images: Mapping[str, bytes]) -> Self:
        """The document of ``visit``."""
        return cls(visit.html, visit.final_url, visit.content_type, visit.started_at, bounds, images)

    @property
    def is_light(self) -> bool:
        """Whether no reader can be held up by it for long, whatever is in it."""
        return not self.images and len(self.html) <= LIGHT_BYTES and self.html.count(b"<") <= LIGHT_TAGS

    def without_structure(self) -> "ReadingJob":
        """The same with its words alone: what is left when the markup itself is the attack."""
        text = decode_html(self.html[: self.bounds.html_bytes], content_type=self.content_type).text
        title = _TITLE.search(text)
        words = _SPACES.sub(" ", _TAG.sub(" ", _SILENT.sub(" ", text)).replace("<", " "))
        head = f"<!doctype html>{title[0] if title else '<title>'}</title><body><p>"
        plain = (head + words).encode("utf-8", "replace")
        return replace(self, html=plain, content_type="text/html; charset=utf-8", images={})


def look_at(job: ReadingJob) -> FirstLook:
    """The quick reading."""
    return first_look(job.html, url=job.url, content_type=job.content_type, bounds=job.bounds)


def read(job: ReadingJob) -> PageFacts:
    """The full reading."""
    return parse_page(
        job.html,
        url=job.url,
        observed_at=job.observed_at,
        content_type=job.content_type,
        status=200,  # whether this is the site's own page was judged by its outcome
        images=job.images,
        bounds=job.bounds,
    )
