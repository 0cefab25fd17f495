"""The protected brands of the seeds, in the form that rules read."""

from functools import cache

from crawler.detection.facts import Brand
from seeds import ProtectedBrand, load_brands

# How `token_rule` says that a name counts as a word of its own only.
_WHOLE_WORDS = ("whole-label", "boundary only", "letters", "never as token")


@cache
def detection_brands() -> tuple[Brand, ...]:
    """Every brand of ``seeds/brands.toml``."""
    return tuple(as_detection_brand(brand) for brand in load_brands())


def as_detection_brand(brand: ProtectedBrand) -> Brand:
    """Keywords stay behind: «agri» or «saigon» on a page names nobody. The first short name is what people say."""
    name, *others = (*brand.short_names, brand.name_vi)
    return Brand(
        id=brand.id,
        type=brand.type,
        name=name,
        names=tuple(dict.fromkeys(others)),
        domains=tuple(dict.fromkeys((*brand.official_domains, *brand.login_hosts))),
        boundary=any(word in brand.token_rule for word in _WHOLE_WORDS),
        bins=(brand.napas_bin,) if brand.napas_bin else (),
    )
