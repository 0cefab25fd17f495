"""Secrets go to a bare file named after a step or after collecting, such as ``next2.php`` or ``send.php``."""

import re
from urllib.parse import urlsplit

from crawler.detection.hosts import host_of, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

# «need1.php», «step3.php»: one file a step; «post.php», «save.php»: nothing but taking what was typed
_STEP = re.compile(
    r"^/?(?:[\w-]{1,30}/){0,3}(?:[a-z]{1,15}[-_]?[1-9]|(?:connect|initiate|process|get|save|take|rez)[\w-]{1,15})\.php$"
)
_TAKES = re.compile(
    r"^/?(?:[\w-]{1,30}/){0,3}(?:posts?|send|snd|sand|save|submit|log|logs|data|result|results|rezult|next|mail(?:er)?|mai|email|card|cc"
    r"|cad|bill(?:ing)?|vbv|otp|sms|up|upload|usr|quest|info|informations?|proceed|go|grab|finish|verif(?:y|ication)|update|action)\.php$"
)
_DETAILS = 0.6  # names and addresses alone: a step of many thefts, and of some orders
_NOT_A_STEP = re.compile(r"(?:index|page|search|form|contact|v)[-_]?\d")


@page_rule(
    "form.step-script",
    Family.FORM,
    2.0,
    categories=(Category.PHISHING,),
    vi="Mật khẩu, mã hay giấy tờ nhập vào được gửi cho tệp {script}, một tệp chỉ để thu thập.",
    en="Passwords, codes or papers go to {script}, a file that does nothing but collect.",
)
def step_script(page: PageReading) -> Finding | None:
    asks = page.takes_credentials or page.takes_identity or page.signs_in
    if page.is_at_home or not page.host or not (asks or page.collects):
        return None
    for url in page.sent_to if not page.borrowed_from else (form.action for form, _, _ in page.asked):
        path = urlsplit(url).path.lower()
        name = path.rsplit("/", 1)[-1]
        if not same_site(host_of(url), page.host) or _NOT_A_STEP.match(name):
            continue
        if _STEP.match(path) or (asks and _TAKES.match(path)):
            strength = 1.0 if asks and _STEP.match(path) else 0.8 if asks else _DETAILS
            return Finding(url, strength, {"script": name})
    return None
