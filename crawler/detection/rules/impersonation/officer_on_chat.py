"""An officer of the state is to be met on a chat account, where no office receives anybody."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "impersonation.officer-on-chat",
    Family.IMPERSONATION,
    2.6,
    categories=(Category.GOVERNMENT,),
    vi="Bảo gặp «cán bộ» qua tài khoản chat: «{words}».",
    en="An officer is to be met on a chat account: «{words}».",
)
def officer_on_chat(page: PageReading) -> Finding | None:
    if not page.host:
        return None  # it may be an office's own page, seen without its address
    sense = page.sense("officer_on_chat")
    return None if sense is None else Finding(sense.words, words={"words": sense.words[:120]})
