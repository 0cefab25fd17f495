"""What a page sells, as digests of the goods' names with what is asked for them: a catalogue is known again by them."""

import hashlib
import re

from crawler.detection.facts import GoodsMark
from crawler.parsing.document import Document
from crawler.parsing.prices import amounts_in

GOODS = 48  # of one page: those with the smallest digests, so that two pages with the same goods keep the same
FEWEST = 5  # a page with fewer is no catalogue
_LOOKED_AT = 4_000  # lines
_LINE = 120  # characters of a name's line, and of a price's
_BESIDE = 24  # letters beside the amounts of a price's line: «giá chỉ», «-40%»; more make a sentence
_BETWEEN = 3  # lines between a name and its price: stars, what was sold, a badge
_WORDS, _LETTERS = 3, 14  # of a name; what is shorter is many people's word for a thing
_ASIDE = re.compile(r"\[[^\]]{0,40}\]|\([^)]{0,40}\)|【[^】]{0,40}】|-?\d{1,3}\s?%")
_WORD = re.compile(r"[^\W_]+")
_MONEY = re.compile(r"\d\s?(?:[dk₫]|tr|ty|vnd|ng)|[d₫]\s?\d")
# Lines beside a price that name no goods.
_NO_NAME = re.compile(
    r"(?:chi )?(?:gia|da ban|ban duoc|them vao|mua ngay|xem |con lai|chi con|danh gia|luot|mien phi|freeship|tiet kiem"
    r"|giam|khuyen mai|so luong|lien he|phi |van chuyen|giao hang|don (?:hang|toi)|tong |tam tinh|thanh toan|hotline"
    r"|nhap ma|ma giam|uu dai|tang |tra gop|bao hanh|tu \d|sap xep|loc |chon |dat hang|cho don|voi don|add to|buy )"
)


def parse_goods(document: Document) -> tuple[GoodsMark, ...]:
    """Marks of the named and priced goods of a page that shows at least five, at most 48; () where it shows fewer."""
    lines = document.folded_lines[:_LOOKED_AT]
    priced = {place for place, line in enumerate(lines) if len(line) <= _LINE and _MONEY.search(line)}
    if len(priced) < FEWEST:
        return ()
    asked: dict[str, int] = {}
    name, since = "", 0
    for place, line in enumerate(lines):
        found = amounts_in(line) if place in priced else []
        head = line[: found[0][1]] if found else line
        own = _name(head)
        name, since = (own, 0) if own else (name, since + (not found))
        rest = line[len(head) :] if own else line
        if found and name and since <= _BETWEEN and _beside(rest) <= _BESIDE:
            asked[name] = min(found[0][0], asked.get(name, found[0][0]))
    if len(asked) < FEWEST:
        return ()
    return tuple(sorted((GoodsMark(_digest(each), price) for each, price in asked.items()), key=_by_digest))[:GOODS]


def _name(line: str) -> str:
    """The name of goods that a folded line is, without asides; "" for one that is none."""
    if not _LETTERS <= len(line) <= _LINE or _NO_NAME.match(line):
        return ""
    words = _WORD.findall(_ASIDE.sub(" ", line))
    telling = [word for word in words if len(word) > 1 and word.isalpha()]
    return " ".join(words) if len(telling) >= _WORDS and sum(map(len, telling)) >= _LETTERS else ""


def _beside(line: str) -> int:
    """How many letters stand in a price's line, its currency's own among them."""
    return sum(map(str.isalpha, line))


def _by_digest(mark: GoodsMark) -> str:
    return mark.value


def _digest(name: str) -> str:
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()
