"""Its goods stood in another's shop before this domain was registered, and cost less here than anyone could ask."""

from statistics import median

from crawler.detection.facts import GoodsMark, LookupState, SeenGoods
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Category, Family

_AT_LEAST, _SHARE = 5, 0.5  # goods shared, and of all that the site sells by name
_CUT = 0.6  # of the other shop's price: resellers of the same goods ask about the same


@site_rule(
    "commerce.stolen-catalogue",
    Family.COMMERCE,
    1.2,
    categories=(Category.FAKE_SHOP,),
    vi="{count}/{all} mặt hàng đã có ở {host} trước khi tên miền này được đăng ký, nay rao bằng {share} giá ở đó.",
    en="{count} of {all} goods stood on {host} before this domain was registered, and cost {share} of its prices here.",
)
def stolen_catalogue(site: SiteReading) -> Finding | None:
    domain = site.facts.domain_facts
    if not site.facts.seen_goods or domain is None or domain.registered_at is None:
        return None  # who came first is not known
    if not any(domain.state(service) is LookupState.FOUND for service in ("rdap", "whois")):
        return None
    own = [page for page in site.pages if not (page.is_warning or page.is_story or page.is_at_home)]
    goods = {mark.value: mark for page in own for mark in page.facts.goods}
    for shop in site.facts.seen_goods:
        shared = [mark for mark in shop.goods if mark.value in goods]
        cut = _share_asked(shared, goods)
        if shop.since < domain.registered_at and len(shared) >= max(_AT_LEAST, _SHARE * len(goods)) and cut <= _CUT:
            words = {"count": str(len(shared)), "all": str(len(goods)), "host": shop.host, "share": f"{cut:.0%}"}
            return Finding(_told(shop), words=words)
    return None


def _share_asked(shared: list[GoodsMark], goods: dict[str, GoodsMark]) -> float:
    """The median of what is asked here for what is asked there; 1 where nothing is shared."""
    return median([goods[mark.value].price / mark.price for mark in shared if mark.price > 0] or [1.0])


def _told(shop: SeenGoods) -> str:
    return f"{shop.host}, {shop.since.date().isoformat()}"
