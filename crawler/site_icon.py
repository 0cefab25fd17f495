"""The icon of a site: headless browsers fetch none, so it is asked for by one plain request of its own."""

from collections.abc import Sequence
from dataclasses import replace

from crawler.evidence.read import ICON
from crawler.examined import SeenPage
from crawler.parsing.emblems import default_icon
from crawler.stand_ins import READABLE
from crawler.visit import Exchange, Visit


def find_icon(pages: Sequence[SeenPage]) -> tuple[int, str] | None:
    """Which page was read first, and the address of its icon; None where there is none, or its icon is there."""
    for place, page in enumerate(pages):
        if page.facts is None or page.visit.outcome not in READABLE or not page.visit.html:
            continue
        icons = [emblem for emblem in page.facts.emblems if emblem.kind == "icon"]
        url = next((icon.url for icon in icons if icon.url.startswith(("http://", "https://"))), "")
        url = url or default_icon(page.visit.final_url)
        fetched = any(icon.mark for icon in icons) or any(each.url == url for each in page.visit.exchanges)
        return None if fetched or not url.startswith(("http://", "https://")) else (place, url)
    return None


def icon_exchanges(visit: Visit) -> tuple[Exchange, ...]:
    """What the request for it brought, to be sealed with the visit that it belongs to; () where nothing came."""
    return tuple(replace(exchange, resource=ICON) for exchange in visit.exchanges[-1:] if exchange.status)
