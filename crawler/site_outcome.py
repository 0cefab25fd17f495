"""What a look at a site came to: read, cut short, unreadable, or what the plain fetch met; pure."""

from collections.abc import Sequence
from dataclasses import replace

from crawler.binaries import recognise_illegible
from crawler.detection.facts import PageFacts
from crawler.detection.score import Level, Score
from crawler.examined import SeenPage
from crawler.reading.job import WITHOUT_STRUCTURE
from crawler.reading.reader import ReadingFailedError
from crawler.visit import Outcome, Visit

WORDS_OF_A_PAGE = 12  # recognised words from which a picture counts as a page
# Gaps behind which nothing was read, forms and links among it
CUTS = ("page cut at", "markup cut after", "text cut at", WITHOUT_STRUCTURE)
UNREAD_SHARE, UNREAD_LEAST = 4, 1_000  # a browser that shows so many times as much as was read: text was lost


def never_clean_unread(score: Score, *, read: bool) -> Score:
    """``score``, but that a site of which nothing was read whole is unknown, not clean."""
    return score if read or score.level is not Level.CLEAN else replace(score, level=Level.UNKNOWN)


def where_led(front: Visit, pages: Sequence[SeenPage]) -> str:
    """The address at which a visitor of the front page ended: by a browser where one read it, else by redirects."""
    looks = [page.visit for page in pages if page.visit.requested_url == front.requested_url]
    rendered = [visit for visit in looks if visit.vantage.method == "browser" and visit.outcome is Outcome.READ]
    return rendered[0].final_url if rendered else front.final_url


def read_from_picture(visit: Visit) -> Visit:
    """A page that is nothing but a picture has been read by the words of its screenshot."""
    if visit.outcome is Outcome.EMPTY_SHELL and len(visit.recognised.split()) >= WORDS_OF_A_PAGE:
        return replace(visit, outcome=Outcome.READ, reason="", notes=(*visit.notes, "read from its picture alone"))
    return visit


def unreadable(visit: Visit, error: ReadingFailedError) -> Visit:
    """A document that our readers could not get through: nothing is known of its content."""
    return replace(visit, outcome=Outcome.UNREADABLE, reason=str(error)[:300])


def unread(visit: Visit) -> Visit:
    """What came when the site's time was over, as long as it has not been read."""
    if visit.outcome is not Outcome.READ:
        return visit
    return replace(visit, outcome=Outcome.UNREADABLE, reason="the site's time was over before it was read")


def lost_text(visit: Visit, facts: PageFacts) -> Visit:
    """``visit``, but unreadable where its bytes are no text, and cut short where our readers stopped before the end of
    the document, or the browser showed far more text than was read of it."""
    if visit.outcome is not Outcome.READ:
        return visit
    if illegible := recognise_illegible(visit.html, facts.text):
        return replace(visit, outcome=Outcome.UNREADABLE, reason=illegible)
    reason, read = cut_short(facts.gaps), len(facts.text)
    if not reason and visit.shown >= max(UNREAD_LEAST, UNREAD_SHARE * read):
        reason = f"the browser shows {visit.shown} characters, of which {read} could be read"
    return replace(visit, outcome=Outcome.TRUNCATED, reason=reason) if reason else visit


def cut_short(gaps: Sequence[str]) -> str:
    """The gap that means that the end of the document was not read, or ""."""
    return next((gap for gap in gaps if gap.startswith(CUTS)), "")


def judge_outcome(pages: Sequence[SeenPage], front: Visit) -> tuple[Outcome, str]:
    """The site's outcome: READ when any vantage read a page of it whole, else what the plain fetch met."""
    if any(page.facts and page.visit.outcome is Outcome.READ for page in pages):
        return Outcome.READ, ""
    first = pages[0].visit if pages else front
    failed = next((page.visit for page in pages[1:] if page.visit.outcome is Outcome.BROWSER_FAILED), None)
    if failed is not None and first.outcome is Outcome.EMPTY_SHELL:
        return failed.outcome, failed.reason
    return first.outcome, first.reason
