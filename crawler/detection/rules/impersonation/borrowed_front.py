"""A form for secrets amid the links and pictures of one other site: its front is borrowed.

An honest sign-in page on a name of its own also leads to its firm's main site; what it has not is a bare script beside
it, or a brand's name that is not its own.
"""

from crawler.detection.bare_scripts import bare_script
from crawler.detection.hosts import host_of, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.services import in_vietnamese
from crawler.detection.signal import Category, Family

_LINKS_ALONE = 0.56  # measured where neither a script nor a name tells: no more than its links
_PAPERS = {Secret.SSN, Secret.NATIONAL_ID, Secret.ID_PHOTO}


@page_rule(
    "impersonation.borrowed-front",
    Family.IMPERSONATION,
    3.4,
    categories=(Category.PHISHING,),
    vi="Biểu mẫu đòi thông tin mật trên {host}, còn liên kết và hình ảnh đều của {domain}.",
    en="Asks for secrets on {host}, while its links and pictures are those of {domain}.",
)
def borrowed_front(page: PageReading) -> Finding | None:
    asks = page.takes_credentials or page.secrets & _PAPERS
    if not asks or page.is_at_home or page.is_story or not page.borrowed_from:
        return None
    if all(same_site(host_of(form.action), page.borrowed_from) for form, _, _ in page.asked):
        return None  # what is typed in reaches the site itself: a copy kept for reading, which harvests nothing
    sure = page.impersonated or any(bare_script(url, page.host) for url in page.sent_to)
    if not sure and not in_vietnamese(page.facts):
        return None
    return Finding(
        page.borrowed_from, 1.0 if sure else _LINKS_ALONE, words={"host": page.host, "domain": page.borrowed_from}
    )
