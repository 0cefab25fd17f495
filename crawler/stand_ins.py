"""What the first look makes of a visit's outcome: stand-ins get their names, pages in a stand-in's clothes are pages.

An error's status, a wall's marks and the words of a parked page cost an attacker nothing. What asks for secrets or
offers something beneath them is a page, or a fraud would hide there, and a case be closed over a site that still sells.
"""

from dataclasses import replace
from urllib.parse import urljoin

from crawler.binaries import recognise_binary
from crawler.detection.facts import Brand, FirstLook
from crawler.detection.firstlook import FirstLookVerdict, judge_first_look
from crawler.detection.standing import SMALL, Judgement, Standing, recognise_standing
from crawler.parsing.links import refresh_target
from crawler.visit import Outcome, Visit

WHOLE_PAGE = 400  # characters from which an error's body may be a page in its own right
# Documents from which facts are read: of a log-in page too, since a false one is there for what it asks.
READABLE = frozenset({Outcome.READ, Outcome.TRUNCATED, Outcome.LOGIN_WALL})
CLOTHES = frozenset({Outcome.HTTP_ERROR, Outcome.CHALLENGE})


def judge_look(look: FirstLook, visit: Visit, brands: tuple[Brand, ...]) -> tuple[FirstLook | None, Visit]:
    """The look, None where there is nothing more to see in it, and the visit with its outcome corrected."""
    look = _with_refresh(look, visit)
    verdict = judge_first_look(look, brands)
    if visit.outcome in CLOTHES:
        if not _is_page(look, verdict, visit):
            return (look if look.is_shell or look.meta_refresh else None), visit  # what do its scripts show?
        visit = replace(visit, outcome=Outcome.READ, reason="", notes=(*visit.notes, _clothes(visit)))
    if visit.outcome is not Outcome.READ:
        return look, visit
    if look.is_shell:
        return look, _as(visit, Outcome.EMPTY_SHELL, "nothing to read before scripts have run")
    if not (look.text_length or look.text):
        if binary := recognise_binary(visit.html):  # a «<» in bytes of any kind swallows what follows
            return look, _as(visit, Outcome.UNREADABLE, binary)
        what = "nothing but pictures" if look.image_count else "nothing but frames" if look.frame_count else "nothing"
        return look, _as(visit, Outcome.EMPTY_SHELL, f"the page has {what} to read")
    judged = recognise_standing(look) if visit.status < 400 else None
    if judged is None or _is_worn(judged, verdict):
        return look, visit
    visit = _as(visit, Outcome(judged.standing.value), judged.words[:300])
    return (look if visit.outcome in READABLE or look.script_count or verdict.render else None), visit


def _as(visit: Visit, outcome: Outcome, reason: str) -> Visit:
    return replace(visit, outcome=outcome, reason=reason)


def _with_refresh(look: FirstLook, visit: Visit) -> FirstLook:
    """A header leads a browser elsewhere as a tag in the page does."""
    headers = visit.exchanges[-1].response_headers if visit.exchanges else ()
    value = next((value for name, value in headers if name.lower() == "refresh"), "")
    if look.meta_refresh or not (target := refresh_target(value)):
        return look
    try:
        return replace(look, meta_refresh=urljoin(look.url, target))
    except ValueError:
        return look


def _is_page(look: FirstLook, verdict: FirstLookVerdict, visit: Visit) -> bool:
    """Whether an error or a wall is one in its status or its marks alone."""
    if verdict.solicits:
        return True
    least = WHOLE_PAGE if visit.outcome is Outcome.HTTP_ERROR else SMALL  # real walls have a little to say
    return look.text_length >= least and verdict.look_closer


def _clothes(visit: Visit) -> str:
    return f"served with HTTP {visit.status}" if visit.outcome is Outcome.HTTP_ERROR else f"marked as {visit.reason}"


def _is_worn(judged: Judgement, verdict: FirstLookVerdict) -> bool:
    """Whether the words of a stand-in stand on a page that wants something. Parked pages advertise: theirs must ask."""
    if judged.standing is Standing.LOGIN_WALL:
        return False
    return verdict.asks if judged.standing is Standing.PARKED else verdict.solicits
