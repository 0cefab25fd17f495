"""A borrowed front over a bare script: secrets go to a file such as ``send.php`` in the page's own folder."""

import re
from urllib.parse import urlsplit

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_SCRIPT = re.compile(
    r"/(?:post|posts|next|send|submit|save|process|action|verify|check|confirm|login|signin|log|data|update|index|system"
    r"|email|mail|card|billing|otp|sms|step|result|connect|info|details|finish|done|home|page|user|pass|x|a)"
    r"[\w-]{0,12}\.(?:php|asp)\d?$"
)


@page_rule(
    "form.lone-script",
    Family.FORM,
    1.2,
    categories=(Category.PHISHING,),
    vi="Trang mượn danh gửi thông tin mật cho tệp {script} của chính nó.",
    en="A borrowed front sends secrets to its own file {script}.",
)
def lone_script(page: PageReading) -> Finding | None:
    if page.is_at_home or not page.takes_credentials or not (page.impersonated or page.borrowed_from):
        return None
    for form, _, _ in page.asked:
        path = urlsplit(form.action).path.lower()
        if _SCRIPT.search(path):
            return Finding(form.action, words={"script": path.rsplit("/", 1)[-1]})
    return None
