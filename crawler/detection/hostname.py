"""Brands looked for in host names: whole words, combinations with bait, and near spellings."""

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.detection.brands import BrandIndex
from crawler.detection.facts import Brand
from crawler.detection.hosts import is_official, registrable
from crawler.detection.lexicon import load_hosting

_LONG_ENOUGH = 7  # letters of a name that may stand inside a longer word
_SLIP_FROM = 6  # letters of a name of which a slip is worth noticing
_SPLIT = re.compile(r"[.\-_]")
_DRAWN = str.maketrans("01345", "oleas")


@dataclass(frozen=True, slots=True)
class HostFinding:
    """A brand seen in a host. ``baited``: with a word beside it that fraud likes, or in front of a strange domain."""

    brand: Brand
    token: str
    baited: bool = False


@lru_cache(maxsize=2048)  # a site's pages have one host
def find_brand_in_host(host: str, index: BrandIndex) -> HostFinding | None:
    """A protected name as a word of the host, or inside a longer word if it is long enough to mean nothing else."""
    if is_official(host) or index.owner_of(host) is not None:
        return None
    words = _words(host)
    for word in words:
        for token, brand in index.host_tokens.items():
            if word == token:
                return HostFinding(brand, token, _is_baited(host, words, token))
            if token in word and (len(token) >= _LONG_ENOUGH or _rest_is_bait(word, token)):
                return HostFinding(brand, token, _rest_is_bait(word, token) or _is_baited(host, words, token))
    return None


@lru_cache(maxsize=2048)
def find_lookalike(host: str, index: BrandIndex) -> HostFinding | None:
    """A word of the host that is a protected name but for one slip, or for digits drawn like letters."""
    if is_official(host) or index.owner_of(host) is not None:
        return None
    for word in _words(host):
        drawn = word.translate(_DRAWN)
        if drawn != word and len(word) >= _SLIP_FROM and drawn in index.host_tokens:
            return HostFinding(index.host_tokens[drawn], drawn)
        for size in (len(word) - 1, len(word), len(word) + 1):
            for token, brand in index.tokens_by_length.get(size, ()) if size >= _SLIP_FROM else ():
                if token not in word and _is_near(word, token):
                    return HostFinding(brand, token)
    return None


def _words(host: str) -> list[str]:
    """The host's words without its ending; punycode is read back where it can be."""
    name = registrable(host)
    labels = [*host[: -len(name)].rstrip(".").split("."), name.split(".")[0]]
    return [word for label in labels for word in _SPLIT.split(_readable(label)) if len(word) >= 3]


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label.lower()
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _is_baited(host: str, words: list[str], token: str) -> bool:
    in_front = token not in registrable(host)
    return in_front or any(word in load_hosting().bait for word in words if word != token)


def _rest_is_bait(word: str, token: str) -> bool:
    rest = word.replace(token, "", 1)
    return rest in load_hosting().bait or rest.isdigit()


def _is_near(word: str, token: str) -> bool:
    """One letter changed, added, left out or swapped with its neighbour; their lengths differ by one at most."""
    if word[0] != token[0] and word[-1] != token[-1]:
        return False  # the slip cannot be at both ends
    head = next(
        (at for at, (one, two) in enumerate(zip(word, token, strict=False)) if one != two), min(len(word), len(token))
    )
    a, b = word[head:], token[head:]
    swapped = len(a) == len(b) >= 2 and a[1] + a[0] + a[2:] == b
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]
