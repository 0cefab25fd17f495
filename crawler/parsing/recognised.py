"""Words that were read off a picture, added to a page's facts: whatever is drawn, a visitor reads it all the same."""

import html
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.detection.facts import PageFacts
from crawler.parsing.folding import fold
from crawler.parsing.page import parse_page

SOURCE = "picture"
Fact = TypeVar("Fact")

_SHORTEST = 3  # letters and digits of a line that is worth keeping; less is a mark that OCR made up


def add_recognised(facts: PageFacts, text: str, bounds: Bounds = DEFAULT_BOUNDS) -> PageFacts:
    """``facts`` with the lines of ``text`` that the page lacks, and with what these lines give to pay or call.

    ``recognised`` holds the added lines, so that a reader can tell them from the page's own. Never raises.
    """
    new = _new_lines(facts, text[: bounds.text_characters])
    if not new:
        return facts
    read = _parse(facts, new, bounds)
    accounts = {account.number for account in facts.bank_accounts}
    return replace(
        facts,
        text=f"{facts.text}\n{read.text}".strip(),
        recognised=read.text,
        language=facts.language or read.language,
        bank_accounts=(
            *facts.bank_accounts,
            *(replace(each, source=SOURCE) for each in read.bank_accounts if each.number not in accounts),
        ),
        phones=_joined(facts.phones, read.phones, lambda phone: phone.number),
        emails=tuple(dict.fromkeys((*facts.emails, *read.emails))),
        handles=_joined(facts.handles, read.handles, lambda handle: (handle.platform, handle.value)),
        wallets=_joined(facts.wallets, read.wallets, lambda wallet: (wallet.provider, wallet.account)),
        tax_codes=_joined(facts.tax_codes, read.tax_codes, lambda code: code.value),
        tricks=_joined(facts.tricks, read.tricks, lambda trick: trick.kind),
    )


def _new_lines(facts: PageFacts, text: str) -> list[str]:
    """Lines of the picture that do not stand on the page, marks and spacing aside: OCR errs in both."""
    known = _letters("\n".join((facts.title, facts.text, *(image.alt for image in facts.images))))
    seen: dict[str, str] = {}
    for line in text.splitlines():
        letters = _letters(line)
        if len(letters) >= _SHORTEST and letters not in known:
            seen.setdefault(letters, " ".join(line.split()))
    return list(seen.values())


def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def _parse(facts: PageFacts, lines: list[str], bounds: Bounds) -> PageFacts:
    page = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return parse_page(
        f"<!doctype html><html><body>{page}</body></html>".encode(),
        url=facts.url,
        observed_at=facts.observed_at,
        content_type="text/html; charset=utf-8",
        bounds=bounds,
    )


def _joined(own: tuple[Fact, ...], read: tuple[Fact, ...], key: Callable[[Fact], Hashable]) -> tuple[Fact, ...]:
    """The page's own facts first; a picture adds only what is new."""
    known = {key(each) for each in own}
    return (*own, *(each for each in read if key(each) not in known))
