"""An article that asks for nothing: it may quote fraud at length."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, Reach, page_rule
from crawler.detection.signal import Family


@page_rule(
    "innocent.article",
    Family.INNOCENT,
    -2.0,
    vi="Bài viết, tin tức; không có biểu mẫu hay tài khoản nhận tiền.",
    en="An article; it has no form for secrets and no account to pay.",
    reach=Reach.THE_PAGE,
)
def article(page: PageReading) -> Finding | None:
    return Finding(page.facts.title) if page.is_story else None
