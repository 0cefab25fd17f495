"""The protected brands of the seeds, in the form that rules read."""

from crawler.detection.facts import Brand
from seeds import ProtectedBrand, load_brands


def detection_brands() -> tuple[Brand, ...]:
    """Every brand of ``seeds/brands.toml``."""
    return tuple(as_detection_brand(brand) for brand in load_brands())


def as_detection_brand(brand: ProtectedBrand) -> Brand:
    """Names and keywords become tokens; a token rule that speaks of a boundary keeps them whole words."""
    return Brand(
        id=brand.id,
        type=brand.type,
        name=brand.name_vi,
        names=tuple(dict.fromkeys((*brand.short_names, *brand.keywords))),
        domains=tuple(dict.fromkeys((*brand.official_domains, *brand.login_hosts))),
        boundary="whole-label" in brand.token_rule or "boundary" in brand.token_rule,
        bins=(brand.napas_bin,) if brand.napas_bin else (),
    )
