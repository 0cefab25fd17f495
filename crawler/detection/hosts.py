"""Host names compared: who stands behind a URL, as far as the name alone can tell."""

from functools import lru_cache
from urllib.parse import urlsplit

from crawler.detection.lexicon import load_hosting


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an absolute URL in lower case, without «www.» and port; "" when there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """The name that somebody registered, judged by shape: enough to compare two hosts of one page.

    A platform that gives names away (``github.io``) counts as a suffix, so its tenants are strangers to each other.
    """
    labels = host.lower().strip(".").split(".")
    if len(labels) <= 2 or labels[-1].isdigit():
        return ".".join(labels)
    hosting = load_hosting()
    for size in (2, 3, 4):
        if ".".join(labels[-size:]) in hosting.platforms:
            return ".".join(labels[-size - 1 :])
    size = 3 if len(labels[-1]) == 2 and labels[-2] in hosting.second_levels else 2
    return ".".join(labels[-size:])


def same_site(first: str, second: str) -> bool:
    """Do two hosts belong to one registrable name?"""
    return registrable(first) == registrable(second)


def is_under(host: str, domains: tuple[str, ...]) -> bool:
    """Is ``host`` one of ``domains`` or below one?"""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


OFFICIAL_SUFFIXES = ("gov.vn", "edu.vn", "mil.vn")


def is_official(host: str) -> bool:
    """Is the name one that only an office, a school or the army of Vietnam can have?"""
    return is_under(host, OFFICIAL_SUFFIXES)


def holds_strangers(host: str) -> bool:
    """Do pages under this name belong to whoever put them there, not to the name's owner?"""
    return bool(on_free_platform(host)) or host in load_hosting().by_path


def on_free_platform(host: str) -> str:
    """The platform that gives such names to anyone, or ""."""
    return next((platform for platform in load_hosting().platforms if host.endswith("." + platform)), "")
