"""The page names its owner with a valid tax code, and pays into that owner's account if any."""

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "innocent.named-owner",
    Family.INNOCENT,
    -1.4,
    vi="Nêu chủ sở hữu {owner} với mã số thuế hợp lệ {code}.",
    en="Names its owner, {owner}, with the valid tax code {code}.",
)
def named_owner(page: PageReading) -> Finding | None:
    owner = page.facts.owner
    code = next((entry for entry in page.facts.tax_codes if entry.valid), None)
    if owner is None or code is None or not owner.name:
        return None
    if any(page.claims.places(entry.brand) > 1 for entry in page.impersonated):
        return None  # the owner was copied along with the brand's page
    holders = [fold_plain(account.holder) for account in page.facts.bank_accounts if account.holder]
    name = fold_plain(owner.name)
    if holders and not any(holder in name or name in holder for holder in holders):
        return None
    return Finding(owner.text or owner.name, 1.0 if owner.address else 0.6, {"owner": owner.name, "code": code.value})
