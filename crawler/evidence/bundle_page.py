"""Finds the page in a stored WARC, with its title and words, for an archive's page list."""

from crawler.bounds import DEFAULT_BOUNDS
from crawler.evidence.read import main_response, read_responses
from crawler.evidence.wacz import MAX_TEXT, WaczPage
from crawler.parsing.firstlook import first_look


def page_of(name: str, warc: bytes, dom: bytes, final_url: str) -> WaczPage | None:
    """The page that ``warc`` is about, or None where no document came back. ``dom``: its rendered tree, if any.

    Raises EvidenceError where the WARC cannot be read.
    """
    main = main_response(list(read_responses(warc, kinds={"document"})), final_url)
    if main is None:
        return None
    look = first_look(
        dom or main.body,
        url=main.record.url,
        content_type="text/html; charset=utf-8" if dom else main.content_type,
        bounds=DEFAULT_BOUNDS,
    )
    return WaczPage(name, main.record.url, main.date, look.title[:500] or main.record.url, look.text[:MAX_TEXT])
