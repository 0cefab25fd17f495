"""A form for secrets and nothing else: no link leads anywhere, and what is typed goes to a bare script beside it."""

from crawler.detection.bare_scripts import bare_script
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_HARDLY_MORE = 300  # characters


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
        if script := bare_script(url, page.host):
            return Finding(url, words={"script": script})
    return None
