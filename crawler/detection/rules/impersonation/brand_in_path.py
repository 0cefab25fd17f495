"""A brand's domain stands in the path of the page's own form or links, to be taken for the address itself."""

import re
from urllib.parse import urlsplit

from crawler.detection.hosts import host_of, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_DOMAIN = re.compile(r"(?<!/)/(?:www\.|login\.|secure\.|m\.)?([a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,20}){1,2})(?=/|$)")


@page_rule(
    "impersonation.brand-in-path",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.PHISHING,),
    vi="Tên miền {domain} bị nhét vào đường dẫn {path} trên {host}.",
    en="The domain {domain} is put into the path {path} on {host}.",
)
def brand_in_path(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_story or not page.host or not (page.secrets or page.collects):
        return None
    urls = [page.facts.url, *(form.action for form in page.facts.forms if form.fields)]
    for url in urls:
        path = urlsplit(url).path.lower()[:300]
        if not same_site(host_of(url), page.host):
            continue
        for found in _DOMAIN.finditer(path):
            if page.index.owner_of(found[1]) is not None:
                return Finding(url, words={"domain": found[1], "path": path[:80], "host": page.host})
    return None
