"""Finds the page in a stored WARC, with its title and words, for an archive's page list."""

import logging

from crawler.bounds import DEFAULT_BOUNDS
from crawler.evidence.read import StoredResponse, main_response, read_responses
from crawler.evidence.wacz import MAX_TEXT, WaczPage
from crawler.parsing.firstlook import first_look

_log = logging.getLogger(__name__)


def page_of(name: str, warc: bytes, dom: bytes, final_url: str) -> WaczPage | None:
    """The page that ``warc`` is about, or None where no document came back. ``dom``: its rendered tree, if any.

    Of a page that cannot be parsed the address is the title and the text is empty: what a page holds never keeps its
    own evidence from being packed. Raises EvidenceError where the WARC cannot be read.
    """
    main = main_response(list(read_responses(warc, kinds={"document"})), final_url)
    if main is None:
        return None
    title, text = _words(name, main, dom)
    return WaczPage(name, main.record.url, main.date, title[:500] or main.record.url, text[:MAX_TEXT])


def _words(name: str, main: StoredResponse, dom: bytes) -> tuple[str, str]:
    content_type = "text/html; charset=utf-8" if dom else main.content_type
    try:
        look = first_look(dom or main.body, url=main.record.url, content_type=content_type, bounds=DEFAULT_BOUNDS)
    except Exception:  # noqa: BLE001  # a hostile page breaks what it can; the evidence is the WARC
        _log.warning("the page of %s cannot be parsed for the page list", name, exc_info=True)
        return "", ""
    return look.title, look.text
