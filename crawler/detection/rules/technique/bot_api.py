"""The page sends what is typed to a chat bot."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "technique.bot-api",
    Family.TECHNIQUE,
    3.0,
    categories=(Category.PHISHING,),
    vi="Gửi thông tin nhập vào cho bot Telegram hoặc Discord.",
    en="Sends what is typed to a Telegram or Discord bot.",
)
def bot_api(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.BOT_API)
    return None if trick is None or page.is_story else Finding(trick)
