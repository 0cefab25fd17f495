"""Whether a page is an article (news, blog, encyclopaedia), and when it says it was published."""

from crawler.parsing.document import Document
from crawler.parsing.structured import structured_objects, types_of
from crawler.parsing.text import meta_content

PROSE = 600  # characters in long paragraphs that an article has at least
_PARAGRAPH = 80
_TYPES_TEXT = (
    "Article NewsArticle BlogPosting ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle "
    "LiveBlogPosting TechArticle ScholarlyArticle Recipe MedicalWebPage FAQPage HowTo"
)
_TYPES = frozenset(_TYPES_TEXT.split())
_DATES = ("article:published_time", "datepublished", "og:published_time", "pubdate", "publishdate", "dc.date", "date")


def judge_article(document: Document) -> bool:
    """True when metadata or shape says article and there is prose to show for it.

    A page that asks for a password is none, whatever its metadata claims: themes mark every page as an article.
    """
    if any(element.get("type").lower() == "password" for element in document.named("input")):
        return False
    prose = _prose(document)
    if prose < PROSE:
        return False
    stated = any(types_of(thing) & _TYPES for thing in structured_objects(document))
    if stated or any(
        _TYPES & {element.get("itemtype").rsplit("/", 1)[-1]}
        for element in document.elements
        if "itemtype" in element.attrs
    ):
        return True
    dated = bool(published_at(document))
    if meta_content(document, "og:type").lower() == "article" and (dated or prose >= 2 * PROSE):
        return True
    return bool(document.named("article")) and (dated or bool(document.named("time"))) and prose >= 2 * PROSE


def published_at(document: Document) -> str:
    """The date as the page's metadata writes it, at most 40 characters; "" when it gives none."""
    stated = meta_content(document, *_DATES)
    if stated:
        return stated[:40]
    for thing in structured_objects(document):
        if types_of(thing) & _TYPES and thing.get("datePublished"):
            return str(thing["datePublished"])[:40]
    for element in document.named("time"):
        if element.get("itemprop").lower() == "datepublished" or "pubdate" in element.attrs:
            return element.get("datetime")[:40]
    return ""


def _prose(document: Document) -> int:
    """Characters in paragraphs long enough to be prose."""
    lengths = (len(document.text_of(element, 1_500)) for element in document.named("p")[:400])
    return sum(length for length in lengths if length >= _PARAGRAPH)
