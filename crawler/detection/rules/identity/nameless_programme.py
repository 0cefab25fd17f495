"""An investment programme takes people in, and the page nowhere says which company or register stands behind it."""

import re

from crawler.detection.cabinets import cabinet_parts
from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.registers import names_register
from crawler.detection.rule import Finding, page_rule
from crawler.detection.short_terms import find_income_plans, find_seconds_bets
from crawler.detection.signal import Category, Family

_OFFER = ("hyip_en", "invest_forex_crypto", "stock_group", "mlm")
_PLAIN = 0.6
_FEW = 2
_ONE_PHRASE = 0.5  # «referral bonus» alone stands on shops as well
_JOINS = re.compile(
    r"\b(?:regist\w{0,6}|sign ?(?:up|in)|log ?[io]n|join|deposit|invest|cabinet|dashboard|account|withdraw\w{0,3}"
    r"|dang ky|dang nhap|nap tien|rut tien|tham gia|dau tu)\b"
)
_READ, _BUTTON = 20_000, 20  # characters
_CHATS = {"zalo", "telegram", "messenger", "whatsapp"}


@page_rule(
    "identity.nameless-programme",
    Family.IDENTITY,
    1.8,
    categories=(Category.INVESTMENT,),
    vi="Mời đầu tư («{words}») mà không nêu công ty nào, số đăng ký nào đứng sau.",
    en="Offers investments («{words}»), yet names no company and no register behind them.",
)
def nameless_programme(page: PageReading) -> Finding | None:
    facts = page.facts
    if page.is_at_home or page.is_story or facts.is_article or facts.owner or facts.tax_codes:
        return None
    said = {hit.phrase.text: hit for hit in page.said(*_OFFER) if hit.phrase.weight >= _PLAIN}
    if sold := find_income_plans(page) or find_seconds_bets(page):
        return Finding(sold, words={"words": sold})
    shown = "" if len(said) >= _FEW else _shown(page)  # the slower look, where phrases do not tell
    if not (said or shown) or not _lets_join(page) or names_register(page):
        return None
    if shown:
        return Finding(shown, words={"words": shown[:80]})
    first = next(iter(said.values()))
    return Finding(first.words, 1.0 if len(said) >= _FEW else _ONE_PHRASE, {"words": first.phrase.text})


def _shown(page: PageReading) -> str:
    """What else on the page is an investment programme: a fund's boast, or the parts of a cabinet; else ""."""
    boast = page.sense("fund_boast")
    return boast.words if boast else ", ".join(cabinet_parts(page))


def _lets_join(page: PageReading) -> bool:
    """Is there a way in: a form, money taken, a chat, a door by its words? What only speaks of gains anybody quotes."""
    facts = page.facts
    if facts.forms or page.takes_money or any(handle.platform in _CHATS for handle in facts.handles):
        return True
    if any(_JOINS.search(fold_plain(f"{link.text[:80]} {link.url[-60:]}")) for link in facts.links[:200]):
        return True
    lines = facts.text[:_READ].split("\n")  # a button without a target is a line of its own
    return any(len(line) <= _BUTTON and _JOINS.fullmatch(fold_plain(line)) for line in lines)
