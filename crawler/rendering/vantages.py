"""Who we look like: a plain fetch, a Vietnamese phone that follows a social link, and a plain desktop."""

from dataclasses import replace

from crawler.visit import Vantage

FETCH = Vantage(name="fetch", method="fetch")
PHONE = Vantage(
    name="phone",
    method="browser",
    # Chrome on Android says «Android 10; K» whatever the phone; {major} becomes the real browser's version.
    user_agent="Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/{major}.0.0.0 Mobile Safari/537.36",
    referrer="https://l.facebook.com/",
    width=412,
    height=915,
    scale=2.0,
    mobile=True,
)
DESKTOP = Vantage(
    name="desktop",
    method="browser",
    user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/{major}.0.0.0 Safari/537.36",
)


def entering(vantage: Vantage) -> Vantage:
    """``vantage`` as one that presses what stands before a page; a look of its own, with a name of its own."""
    return replace(vantage, name=f"{vantage.name}-entered", enters=True)


def worn_by(vantage: Vantage, version: str) -> Vantage:
    """``vantage`` with the browser's real ``version`` in its user agent: one that lies about it is easily told."""
    return replace(vantage, user_agent=vantage.user_agent.replace("{major}", version.partition(".")[0] or "0"))
