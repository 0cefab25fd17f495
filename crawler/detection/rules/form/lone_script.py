"""A borrowed front over a bare script: what is typed goes to a file such as ``send.php`` of the page's own."""

from crawler.detection.bare_scripts import bare_script
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

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
    asks = page.takes_credentials or page.signs_in
    for url in page.sent_to if asks else (form.action for form in page.facts.forms if form.fields):
        if script := bare_script(url, page.host):
            known = any(entry.brand.type in _MONEY for entry in page.impersonated)
            return Finding(url, 1.0 if asks or known else 0.6, {"script": script})
    return None
