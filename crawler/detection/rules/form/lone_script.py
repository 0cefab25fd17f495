"""A borrowed front over a bare script: what is typed goes to a file such as ``send.php`` of the page's own."""

import re
from urllib.parse import urlsplit

from crawler.detection.facts import Form
from crawler.detection.hosts import host_of, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_SCRIPT = re.compile(r"/(?!index\.|wp-|admin-post|search)[\w.-]{1,40}\.(?:php|asp)\d?$")

_MONEY = {"bank", "ewallet", "consumer_finance", "card", "tax"}


@page_rule(
    "form.lone-script",
    Family.FORM,
    1.8,
    categories=(Category.PHISHING,),
    vi="Trang mượn danh gửi thông tin nhập vào cho tệp {script} của chính nó.",
    en="A borrowed front sends what is typed to its own file {script}.",
)
def lone_script(page: PageReading) -> Finding | None:
    if page.is_at_home or not (page.takes_credentials or page.signs_in or page.collects):
        return None
    if not page.impersonated:
        return None
    asking = {form for form, _, _ in page.asked}
    for form in page.facts.forms:
        script = _own_script(form, page.host)
        if script and form.fields and (form in asking or page.signs_in):
            known = any(entry.brand.type in _MONEY for entry in page.impersonated)
            strength = 1.0 if page.takes_credentials or page.signs_in or known else 0.6
            return Finding(form.action, strength, {"script": script})
    return None


def _own_script(form: Form, host: str) -> str:
    path = urlsplit(form.action).path.lower()
    return path.rsplit("/", 1)[-1] if same_site(host_of(form.action), host) and _SCRIPT.search(path) else ""
