"""Reads a message: links however they are spelt, phone numbers, accounts and chat contacts."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.bounds import DEFAULT_BOUNDS
from crawler.detection.texts.facts import MessageFacts, MessageLink
from crawler.parsing.document import BREAK, Document

MAX_CHARACTERS = 20_000
_LINKS = 50
_SPELT = (  # spellings that a reader understands and a filter does not
    (re.compile(r"\s?[\[({]\s?(?:\.|dot|chấm|cham)\s?[\])}]\s?", re.IGNORECASE), "."),
    (re.compile(r"\bh(?:xx|tt|\*\*)p(s?)\s?:\s?//\s?", re.IGNORECASE), r"http\1://"),
)
_COMMON_TEXT = (
    "com net org vn info biz xyz top vip cc club online site shop store live app link click fun win vin bet pro icu "
    "cyou cfd sbs bond buzz tk cf gq ml ly asia us uk tech space website world life work one today trade pw mobi cn "
    "tv io"
)
_COMMON = frozenset(_COMMON_TEXT.split())
_GAPPED = re.compile(  # «shop . vip», «acb-online .com»
    r"(?<![\w.])([a-z0-9][a-z0-9-]{2,62})(?: \.|\. | \. )"
    r"(com|net|vip|top|xyz|cc|club|online|site|info|live|icu|win|bet)(?![\w])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?<![\w@.-])(https?://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,18})(?::\d{1,5})?([/?#][^\s<>\"'«»]{0,500})?(?![\w@-])",
    re.IGNORECASE,
)


def parse_message(text: str) -> MessageFacts:
    """Facts of a message, of which at most 20,000 characters are read. Never raises."""
    read = text[:MAX_CHARACTERS]
    links = tuple(_links(read))
    if sum(map(str.isdigit, read)) < 6:
        return MessageFacts(read, links, cut=len(text) > MAX_CHARACTERS)
    from crawler.parsing import contacts, handles, payments  # the telephone library takes a while to load

    document = Document("", DEFAULT_BOUNDS, pieces=[piece for line in read.splitlines() for piece in (line, BREAK)])
    accounts = payments.parse_accounts(document)
    return MessageFacts(
        read,
        links,
        contacts.parse_phones(document, [account.number for account in accounts]),
        accounts,
        handles.parse_handles(document, ()),
        cut=len(text) > MAX_CHARACTERS,
    )


def _links(text: str) -> Iterator[MessageLink]:
    spelt = text
    for pattern, plain in _SPELT:
        spelt = pattern.sub(plain, spelt)
    spelt = re.sub(r"(https?://)\s+", r"\1", spelt, flags=re.IGNORECASE)
    joined = _GAPPED.sub(r"\1.\2", spelt)
    seen: set[str] = set()
    for found in _ADDRESS.finditer(joined):
        scheme, host, rest = found[1] or "", found[2].lower(), (found[3] or "").rstrip(".,;:!?)]}")
        if not (scheme or _is_address(found[2], rest)) or len(seen) >= _LINKS:
            continue
        url = f"{scheme.lower() or 'https://'}{host}{rest}"
        if url not in seen and urlsplit(url).hostname:
            seen.add(url)
            written = f"{found[1] or ''}{found[2]}{rest}"
            yield MessageLink(url, host.removeprefix("www."), written, hidden=written not in text)


def _is_address(host: str, rest: str) -> bool:
    """Is it meant as an address, though no scheme says so? «ngay.Neu» and «nhe.De» are two sentences."""
    name, _, ending = host.rpartition(".")
    if ending.lower() in _COMMON:
        return not (ending[:1].isupper() and ending[1:].islower() and name.islower()) or ending.lower() in {
            "com",
            "net",
            "vn",
        }
    if not ending.islower():
        return False
    if len(rest) > 2 and rest[0] == "/":
        return True
    labels = name.split(".")
    return len(labels) > 1 and (any(sign.isdigit() for sign in name) or all(len(label) >= 3 for label in labels))
