"""A script sends what is typed to a service of strangers: a form collector, a tunnel, another host."""

import re

from crawler.detection.facts import TrickKind
from crawler.detection.hosts import host_of, registrable, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

# services that take anybody's form, and tunnels: what reaches them is read by whoever made the page
_TAKES_ALL = re.compile(
    r"(?:^|\.)(?:formspree\.io|formsubmit\.co|getform\.io|web3forms\.com|emailjs\.com|usebasin\.com|sheetdb\.io|submit-form\.com"
    r"|formcarry\.com|webhook\.site|pipedream\.net|script\.google\.com|ngrok(?:-free)?\.(?:io|app)|trycloudflare\.com"
    r"|serveo\.net|herokuapp\.com|workers\.dev|firebaseio\.com)$"
)


@page_rule(
    "technique.script-posts",
    Family.TECHNIQUE,
    2.4,
    categories=(Category.PHISHING,),
    vi="Mã lệnh gửi thông tin nhập vào sang {host}.",
    en="A script sends what is typed to {host}.",
)
def script_posts(page: PageReading) -> Finding | None:
    if page.is_at_home or not page.host or not (page.takes_credentials or page.takes_identity):
        return None
    scripted = [trick.text for trick in page.facts.tricks if trick.kind is TrickKind.SCRIPT_POSTS]
    for url in (*scripted, *(form.action for form, _, _ in page.asked)):
        host = host_of(url)
        if host and _TAKES_ALL.search(host) and not same_site(host, page.host):
            return Finding(url, words={"host": host})
    for url in scripted:
        host = host_of(url)
        lent = same_site(host, page.borrowed_from) or page.linked_hosts.get(registrable(host), 0)
        if page.impersonated and not lent and not same_site(host, page.host) and page.index.owner_of(host) is None:
            return Finding(url, 0.5, {"host": host})
    return None
