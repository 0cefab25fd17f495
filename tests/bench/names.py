"""Names scored by our triage and by the usual way of certificate watchers, with the same fifty brands.

The usual way, in our own words: take the name apart with the public suffix list, add points for each keyword that
stands in it, compare each of its words with each keyword by edit distance, add points for entropy, hyphens and depth.
"""

import math
import random
import re
import resource
import time
import unicodedata
from collections import Counter
from typing import Any

BRANDS = 50
OURS, THEIRS = 150_000, 20_000
_SYLLABLES_TEXT = (
    "ba be bi co da de do fa ga go ha he hi in ja ka ko la li lo ma me mi no on pa pe po ra re ri ro sa se so "
    "ta te ti to tu un va ve vi wa xa yo za"
)
_SYLLABLES = _SYLLABLES_TEXT.split()
_SUFFIXES = ["com"] * 55 + ["net", "org", "de", "co.uk", "vn", "com.vn", "io", "ru", "fr", "info"] * 4 + ["xyz", "top"]
_BAD = ("vietcombank-login.com", "acb.vn-xx.top", "techcombannk.net", "vaynhanh247.top", "shopee-sale.xyz")


def make_names(count: int) -> list[str]:
    """Names as registries see them: most ordinary, some with hyphens and digits, one in a hundred bad."""
    chance = random.Random(7)
    names = []
    for _ in range(count):
        word = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 6)))
        draw = chance.random()
        if draw < 0.01:
            names.append(chance.choice(_BAD))
            continue
        if draw < 0.12:
            word = f"{word}-{''.join(chance.choices(_SYLLABLES, k=3))}"
        elif draw < 0.22:
            word += str(chance.randint(1, 999))
        below = "www." if draw > 0.9 else ""
        names.append(f"{below}{word}.{chance.choice(_SUFFIXES)}")
    return names


def measure_names(name: str) -> dict[str, Any]:
    """Score the names one way; the start, which both have, is not counted."""
    count = OURS if name == "triage" else THEIRS
    names = make_names(count)
    score = _our_scorer() if name == "triage" else _usual_scorer()
    for host in names[:200]:
        score(host)
    began = time.process_time()  # one thread that waits for nothing: CPU is the steadier clock
    found = sum(score(host) for host in names)
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"name": name, "count": count, "seconds": spent, "cpu": spent, "peak_mb": peak, "found": found}


def _our_scorer() -> Any:
    from crawler.brands import detection_brands
    from crawler.detection.names.index import NameIndex
    from crawler.detection.names.judge import judge_name
    from crawler.detection.score import Level
    from crawler.names import public_suffixes

    index = NameIndex(detection_brands()[:BRANDS], public_suffixes(), others=())
    return lambda host: judge_name(host, index).level is Level.SUSPICIOUS


def _usual_scorer() -> Any:
    from Levenshtein import distance
    from tldextract import TLDExtract

    from crawler.brands import detection_brands
    from crawler.detection.names.index import NameIndex

    extract = TLDExtract(suffix_list_urls=(), cache_dir=None)
    keywords = sorted(NameIndex(detection_brands()[:BRANDS], others=()).tokens)  # the words that ours looks for
    risky = {".xyz", ".top", ".vip", ".online", ".icu"}

    def score(host: str) -> bool:
        points = 20 if any(host.endswith(suffix) for suffix in risky) else 0
        read = extract(host)
        name = _unconfused(".".join(part for part in (read.subdomain, read.domain) if part))
        points += int(10 * _entropy(name))
        words = re.split(r"\W+", name)
        points += sum(40 for keyword in keywords if keyword in name)
        points += sum(70 for word in words for keyword in keywords if distance(word, keyword) == 1)
        points += 3 * name.count("-") + 3 * host.count(".")
        return points >= 80

    return score


def _unconfused(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _entropy(text: str) -> float:
    size = len(text)
    return -sum(number / size * math.log2(number / size) for number in Counter(text).values())
