"""Recognises what only stands in a site's place: parked, suspended, an error that says 200, nothing but a log-in."""

import re
from dataclasses import dataclass
from enum import StrEnum

from crawler.detection.facts import FirstLook
from crawler.detection.fold import fold_plain

SMALL = 1_200  # characters; a page with more to say is a page, whatever words are among it
DOOR = 500
DOOR_LINKS = 12
DOOR_FIELDS = 3


class Standing(StrEnum):
    """What a page is when it is none of the site's own."""

    NOT_FOUND = "not_found"
    PARKED = "parked"
    SUSPENDED = "suspended"
    LOGIN_WALL = "login_wall"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``words``: what gave it away, as folded."""

    standing: Standing
    words: str


def _words(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


# Over folded words: lower case, no marks, single spaces. {0,n} gaps are bounded.
_SUSPENDED = _words(
    r"(?<!your )(?<!my )(?:account|website|web site|site|hosting account|domain(?: name)?) (?:has been |is |was )?"
    r"(?:temporarily )?suspended",
    r"(?:tai khoan hosting|hosting|website|trang web|ten mien)(?: nay| cua ban| cua website nay){0,2}"
    r" (?:da |dang |hien )?(?:bi )?(?:tam ngung|tam dung|tam khoa|dinh chi)(?! ban)",
    r"bandwidth limit exceeded",
    r"suspended (?:page|domain)",
)
_PARKED = _words(
    r"(?:this )?domain(?: name)? (?:may be |is |could be )?(?:for sale|parked|available for purchase)",
    r"buy this domain",
    r"domain parking",
    r"(?:ten mien|domain)(?: nay)?(?: co the)?(?: dang)?(?: duoc)? rao ban",
    r"ten mien(?: nay)? (?:da )?duoc dang ky (?:tai|boi|qua)",
    r"(?:website|trang web) (?:dang )?cho (?:duoc )?xay dung",
    r"sponsored listings displayed",
    r"welcome to nginx",
    r"apache2? (?:debian |ubuntu |http server )?(?:default page|test page|it works)",
    r"iis windows(?: server)?",
    r"default web ?site page",
    r"future home of something quite cool",
    r"congratulations your (?:website|site|domain) is (?:now )?(?:set up|active|working)",
)
_NOT_FOUND_TITLE = _words(
    r"(?:loi |error )?404",
    r"(?:page|file|url|site|content) (?:was |could |can )?(?:not )?(?:be )?(?:not )?found",
    r"not found",
    r"khong tim thay (?:trang|noi dung|duong dan|url)?",
    r"trang khong ton tai",
)
_NOT_FOUND_TEXT = _words(
    r"404 (?:not found|error|khong tim thay)",
    r"error 404",
    r"loi 404",
    r"(?:page|url|file|resource)(?: \w{1,20}){0,5} (?:was not|could not be|cannot be|can t be|not) found",
    r"khong tim thay (?:trang|noi dung|duong dan|url)",
    r"(?:trang|duong dan|noi dung)(?: \w{1,12}){0,5} (?:khong ton tai|khong tim thay|da bi xoa)",
)
_LOGIN = _words(
    r"dang nhap",
    r"log ?in",
    r"sign ?in",
    r"vui long dang nhap",
    r"members only",
    r"password (?:required|protected)",
    r"nhap mat khau",
)


def recognise_standing(look: FirstLook) -> Judgement | None:
    """What stands in the site's place, or None for a page of its own. Conservative: what is doubtful is a page."""
    if look.text_length > SMALL:
        return None
    title, text = fold_plain(look.title[:300]), fold_plain(look.text[: 2 * SMALL])
    if not look.has_form and (judged := _stand_in(title, text)):
        return judged
    return _login_wall(look, title, text)


def _stand_in(title: str, text: str) -> Judgement | None:
    for standing, pattern in ((Standing.SUSPENDED, _SUSPENDED), (Standing.PARKED, _PARKED)):
        if found := pattern.search(title) or pattern.search(text):
            return Judgement(standing, found[0])
    titled, said = _NOT_FOUND_TITLE.search(title), _NOT_FOUND_TEXT.search(text)
    if said and (titled or not title):
        return Judgement(Standing.NOT_FOUND, said[0])
    return None


def _login_wall(look: FirstLook, title: str, text: str) -> Judgement | None:
    """A password field, next to nothing else, and words that say so."""
    if not look.has_password or look.text_length > DOOR or look.link_count > DOOR_LINKS:
        return None
    if len(look.field_types) > DOOR_FIELDS or look.image_count > DOOR_FIELDS:
        return None
    found = _LOGIN.search(title) or _LOGIN.search(text)
    return Judgement(Standing.LOGIN_WALL, found[0]) if found else None
