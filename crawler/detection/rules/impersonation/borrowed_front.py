"""A form for secrets in the middle of another site's page: nearly all links and pictures lead to that one site."""

from crawler.detection.hosts import host_of, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

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
    return Finding(page.borrowed_from, words={"host": page.host, "domain": page.borrowed_from})
