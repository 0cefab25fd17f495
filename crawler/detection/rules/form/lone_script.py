"""A borrowed front over a bare script: what is typed goes to a file such as ``send.php`` of the page's own."""

import re
from urllib.parse import urlsplit

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_SCRIPT = re.compile(r"/(?!index\.|wp-)[\w.-]{1,40}\.(?:php|asp)\d?$")


@page_rule(
    "form.lone-script",
    Family.FORM,
    1.4,
    categories=(Category.PHISHING,),
    vi="Trang mượn danh gửi thông tin nhập vào cho tệp {script} của chính nó.",
    en="A borrowed front sends what is typed to its own file {script}.",
)
def lone_script(page: PageReading) -> Finding | None:
    if page.is_at_home or not (page.takes_credentials or page.collects):
        return None
    if not (page.impersonated or (page.borrowed_from and page.takes_credentials)):
        return None
    for form in page.facts.forms:
        path = urlsplit(form.action).path.lower()
        if form.fields and _SCRIPT.search(path):
            return Finding(form.action, 1.0 if page.takes_credentials else 0.6, {"script": path.rsplit("/", 1)[-1]})
    return None
