"""A well-known maker's name over impossible discounts, on a host that is not the maker's: the copied outlet."""

from statistics import median

from crawler.detection.fold import fold_plain
from crawler.detection.hosts import registrable
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_FROM, _AT_LEAST = 0.6, 3  # share marked down, of so many goods
# Makers whose «outlets» are copied most, as in a folded title. Their own shops stand under these names alone.
_MAKERS = (
    *("adidas", "nike", "puma", "new balance", "converse", "skechers", "crocs", "the north face", "lacoste", "uniqlo"),
    *("louis vuitton", "gucci", "chanel", "charles keith", "pandora", "samsonite", "dyson", "lego", "ray ban", "casio"),
    *("levi s", "calvin klein", "michael kors", "longchamp", "birkenstock", "under armour", "asics", "xiaomi"),
)
_OWN = (" chinh thuc ", " official ", " outlet ", " cua hang truc tuyen ", " factory ", " clearance ")


@page_rule(
    "impersonation.brand-outlet",
    Family.IMPERSONATION,
    2.6,
    categories=(Category.FAKE_SHOP, Category.IMPERSONATION),
    vi="Mang danh {brand} bán giảm giá {share} trên {host}, không phải tên miền của {brand}.",
    en="Sells at {share} off in the name of {brand} on {host}, which is not a host of {brand}.",
)
def brand_outlet(page: PageReading) -> Finding | None:
    if not page.host or page.is_at_home or page.is_warning or page.is_story:
        return None
    cuts = [price.discount for price in page.facts.prices if price.discount is not None]
    if len(cuts) < _AT_LEAST or median(cuts) < _FROM:
        return None
    found = _claimed_maker(page)
    if not found:
        return None
    words = {"brand": found.title(), "host": page.host, "share": f"{median(cuts):.0%}"}
    return Finding(page.facts.title or found, words=words)


def _claimed_maker(page: PageReading) -> str:
    """The maker or brand that the title gives itself out for, or "": resellers name a maker without being it."""
    title = f" {fold_plain(page.facts.title)} "
    named = [name for name in _MAKERS if f" {name} " in title and not _is_its_own(page.host, name)]
    named += [mention.brand.name for mention in page.impersonated if page.claims.places(mention.brand) >= 2]
    poses = any(word in title for word in _OWN)
    return next(iter(named), "") if poses else ""


def _is_its_own(host: str, maker: str) -> bool:
    label, _, ending = registrable(host).partition(".")
    return label.replace("-", "") == maker.replace(" ", "") and ending in {"com", "vn", "com.vn"}
