"""Visitors are drawn into a closed Zalo or Telegram room, where the fraud goes on unseen."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "identity.private-room",
    Family.IDENTITY,
    1.4,
    categories=(Category.INVESTMENT, Category.JOB_TASK),
    vi="Lôi kéo vào nhóm kín Zalo, Telegram: «{words}».",
    en="Draws visitors into a closed Zalo or Telegram room: «{words}».",
)
def private_room(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story:
        return None
    hits = page.topic("rooms")
    if not hits or not (page.about("invest") >= 2 or page.about("job") >= 2):
        return None
    return Finding(hits[0].words, words={"words": hits[0].phrase.text})
