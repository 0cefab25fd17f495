"""A form for secrets and nothing else: no link leads anywhere, and what is typed goes to a bare script beside it."""

import re
from urllib.parse import urlsplit

from crawler.detection.hosts import host_of, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_HARDLY_MORE = 300  # characters
_SCRIPT = re.compile(r"/(?!index\.|wp-|admin)[\w.-]{1,40}\.(?:php|asp)\d?$")


@page_rule(
    "form.bare-trap",
    Family.FORM,
    3.0,
    categories=(Category.PHISHING,),
    vi="Trang chỉ có biểu mẫu đòi thông tin mật, không liên kết nào, gửi cho tệp {script}.",
    en="Nothing but a form for secrets, no link to anywhere, sent to the bare file {script}.",
)
def bare_trap(page: PageReading) -> Finding | None:
    facts = page.facts
    if page.is_at_home or not page.host or not page.takes_credentials or len(facts.text) > _HARDLY_MORE:
        return None
    if any(link.url[:4].lower() == "http" for link in facts.links) or facts.owner or facts.tax_codes:
        return None
    for url in page.sent_to:
        path = urlsplit(url).path.lower()
        if same_site(host_of(url), page.host) and _SCRIPT.search(path):
            return Finding(url, words={"script": path.rsplit("/", 1)[-1]})
    return None
