"""Chooses the few pages of a site that tell most about it: payment, contact, terms, sign-up, a product."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from crawler.detection.facts import Link, PageFacts

# Folded words in a link's text or path, the most telling subject first; one page of each subject is enough.
SUBJECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "payment",
        ("thanh toan", "chuyen khoan", "nap tien", "rut tien", "payment", "checkout", "deposit", "gio hang", "dat coc"),
    ),
    (
        "sign_up",
        ("dang ky", "dang nhap", "xac thuc", "xac minh", "mo tai khoan", "register", "signup", "login", "verify"),
    ),
    ("contact", ("lien he", "contact", "gioi thieu", "ve chung toi", "about")),
    ("terms", ("chinh sach", "dieu khoan", "quy dinh", "doi tra", "terms", "policy", "privacy")),
    (
        "offer",
        ("goi dau tu", "lai suat", "tuyen dung", "nhiem vu", "vay", "khuyen mai", "uu dai", "plans", "bang gia"),
    ),
    ("product", ("san pham", "product", "shop", "mua ngay", "chi tiet", "item")),
)
SKIPPED = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|zip|rar|apk|mp4|mp3|css|js|ico|docx?|xlsx?)$", re.IGNORECASE)


def choose_pages(facts: PageFacts, *, host: str, limit: int) -> tuple[str, ...]:
    """At most ``limit`` URLs on ``host`` worth reading after ``facts.url``, one a subject first, in order of weight."""
    candidates = own_pages(facts.links, host=host, seen=facts.url)
    chosen: list[str] = []
    for _subject, words in SUBJECTS:
        match = next(
            (url for url, label in candidates if url not in chosen and any(word in label for word in words)), ""
        )
        if match:
            chosen.append(match)
    chosen.extend(url for url, _label in candidates if url not in chosen)
    return tuple(chosen[: max(limit, 0)])


def own_pages(links: Iterable[Link], *, host: str, seen: str) -> list[tuple[str, str]]:
    """(URL without fragment, folded label) of each page on ``host``, first mention first, ``seen`` left out."""
    found: dict[str, str] = {}
    known = {bare(seen)}
    for link in links:
        url = urldefrag(link.url).url
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or (parts.hostname or "") != host or SKIPPED.search(parts.path):
            continue
        if bare(url) in known:
            continue
        known.add(bare(url))
        found[url] = fold(f"{link.text} {parts.path.replace('-', ' ').replace('_', ' ').replace('/', ' ')}")
    return list(found.items())


def bare(url: str) -> str:
    """``url`` without scheme, fragment, trailing slash and index file, so that one page is not read twice."""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index\.(?:html?|php))?$", "", parts.path)
    return f"{parts.netloc.lower()}{path}?{parts.query}"


def fold(text: str) -> str:
    """Lower case without diacritics."""
    flat = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D").lower())
    return "".join(letter for letter in flat if not unicodedata.combining(letter))
