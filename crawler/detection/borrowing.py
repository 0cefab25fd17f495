"""Whose site a page was built from, as its links and pictures tell."""

from collections import Counter
from collections.abc import Iterable

from crawler.detection.facts import PageFacts
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import host_of, registrable, same_site

# Sites that half the web links to or takes pictures from: leading there borrows nothing.
_EVERYWHERE = frozenset(
    [
        *("facebook.com", "twitter.com", "x.com", "instagram.com", "youtube.com", "linkedin.com", "pinterest.com"),
        *("tiktok.com", "zalo.me", "t.me", "google.com", "apple.com", "github.com", "vimeo.com", "flickr.com"),
        *("gstatic.com", "googleusercontent.com", "cloudfront.net", "amazonaws.com", "akamaihd.net", "wp.com"),
        *("imgur.com", "postimg.cc", "gravatar.com", "cloudinary.com", "shopify.com", "bootstrapcdn.com"),
        *("onetrust.com", "w3.org", "schema.org", "mozilla.org", "microsoft.com", "wordpress.org"),
    ]
)
_HEAD = 300  # characters of the text in which a page says whose it is
_NAME_FROM = 4  # letters of a site's name that may stand in a head as a word


def count_hosts(facts: PageFacts, host: str) -> Counter[str]:
    """Registrable names that links and pictures lead to, the page's own as "", how often each."""
    links = _hosts_of((link.url for link in facts.links[:400]), host)
    return links + _hosts_of((image.url for image in facts.images[:100]), host)


def _hosts_of(urls: Iterable[str], own: str) -> Counter[str]:
    hosts = (host_of(url) for url in urls if url[:4].lower() == "http")
    return Counter("" if same_site(host, own) else registrable(host) for host in hosts if host)


def find_lender(facts: PageFacts, host: str, linked: Counter[str]) -> str:
    """The one strange site that most of the page's links and pictures belong to, or "".

    Where the page's head bears that site's name and the host does not, fewer links tell as much. Pictures alone borrow
    nothing: a warehouse of pictures has a name of its own. Of a page whose host is unknown no site is strange.
    """
    if not host:
        return ""
    name = registrable(host).split(".")[0]
    foreign = {other: count for other, count in linked.items() if other and other not in _EVERYWHERE}
    strange = Counter({other: count for other, count in foreign.items() if other.split(".")[0] != name})
    if not strange:
        return ""
    other, count = strange.most_common(1)[0]
    clicked = _hosts_of((link.url for link in facts.links[:400]), host)[other]
    mostly = clicked >= 3 and count > linked[""] and count >= 0.6 * strange.total()
    named = count >= 3 and clicked >= 2 and count >= 0.5 * strange.total() and _bears_name(facts, other, host)
    return other if mostly or (named and 2 * count >= linked[""]) else ""


def _bears_name(facts: PageFacts, other: str, host: str) -> bool:
    """Does the page call itself by the name of ``other``, while its own host does not contain it?"""
    label = other.split(".")[0].replace("-", "")
    if label in host.replace("-", ""):
        return False
    logo = facts.images[0].alt if facts.images else ""
    head = fold_plain("\n".join((facts.title, facts.site_name, *facts.headings[:2], logo, facts.text[:_HEAD])))
    spelt = f" {other.replace('.', ' ')} " in f" {head} "
    return spelt or (len(label) >= _NAME_FROM and f" {label} " in f" {head} ".replace("\n", " "))
