"""Whether a label was made by a machine: half of its neighbouring letters are such as no language's names put together.

The pairs are those that stand in fewer than 60 of the 13,325 different names of the labelled honest domains of 2026-11,
pairs of Vietnamese syllables left out. Random, of the labelled names, are none of the 836 of the Vietnamese list of
honest sites, 0.1% of the banks', 0.6% of the 12,000 most visited (machines' names among them), 1.2% of the Vietnamese
lists of frauds, 3.6 and 12.1% of two others.
"""

import re
from itertools import pairwise

_WORD = re.compile(r"[a-z]+")
_FEWEST = 6  # pairs: shorter names are initials as often
_SHARE = 0.5
# What names of Vietnam are abbreviated to: the country, cities, schools, offices, clinics.
_INITIALS = re.compile(
    r"\Avn|vn\Z|(?:tp)?hcm|tphn|thpt|thcs|ubnd|hdnd|bhxh|ttyt|bvdk|bvtw|cntt|vhnt|tnhh|tmdv|dhqg|ktks"
)
# Letter: what seldom follows it.
_SELDOM = {
    "a": "jq",
    "b": "dfghjkmnpqtvwxyz",
    "c": "fgjmpqvwxyz",
    "d": "fhjklpqvwxyz",
    "e": "jqz",
    "f": "bcdghjkmnpqsvwxyz",
    "g": "bcdfgjkmpqtvwxyz",
    "h": "bdfghjklmnpqrvwxyz",
    "i": "hijqwy",
    "j": "bcdfghjklmnpqrstuvwxyz",
    "k": "bcdfgjkmnpqrvwxyz",
    "l": "fghjnqrvwxz",
    "m": "dfghjklnqrtvwxz",
    "n": "jqrwxz",
    "o": "hjqz",
    "p": "bdfgjkmnqvwxyz",
    "q": "abcdefghijklmnopqrstvwxyz",
    "r": "hjqwxz",
    "s": "fgjqrvxz",
    "t": "gjkqxz",
    "u": "fghjkquvwxz",
    "v": "bcdfghjklmnpqrstvwxyz",
    "w": "bcdfghjklmnpqrtuvwxyz",
    "x": "bcdfghjklmnpqrsvwxyz",
    "y": "dfghijklqruvwxyz",
    "z": "bcdfghjklmnopqrstuvwxyz",
}


def is_random(label: str) -> bool:
    """Is a lower-case label nothing that anybody would say or spell? False for short ones and for A-labels."""
    if label.startswith("xn--"):
        return False
    pairs = [pair for word in _WORD.findall(_INITIALS.sub("-", label)) for pair in pairwise(word)]
    return len(pairs) >= _FEWEST and sum(second in _SELDOM[first] for first, second in pairs) >= _SHARE * len(pairs)
