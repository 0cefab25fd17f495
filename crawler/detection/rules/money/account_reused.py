"""The site is paid, or called, by what people confirmed in the case of another site."""

from collections import Counter

from crawler.detection.facts import KnownSign, PageFacts
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Category, Family

_A_LIST = 4  # cases: a page that names the accounts of so many tells of them
_KINDS = {
    "bank_account": ("Tài khoản", "The account", 1.0),
    "wallet": ("Ví điện tử", "The e-wallet", 1.0),
    "crypto": ("Địa chỉ tiền mã hoá", "The crypto address", 1.0),
    "phone": ("Số điện thoại", "The phone number", 0.4),  # fakes copy the phone of the honest shop too
}


@site_rule(
    "money.account-reused",
    Family.MONEY,
    2.5,
    categories=(Category.OTHER,),
    vi="{what_vi} {value} đã có trong hồ sơ số {case} ({host}), là trang lừa đảo đã được xác nhận.",
    en="{what_en} {value} already stands in case {case} ({host}), a confirmed fraud.",
)
def account_reused(site: SiteReading) -> Finding | None:
    used = Counter[KnownSign]()
    for page in site.pages:
        if not (page.is_warning or page.is_story or page.is_at_home):
            numbers = _numbers(page.facts)
            used.update(sign for sign in site.facts.known if sign.value in numbers)
    if not used or len({sign.case for sign in used}) >= _A_LIST:
        return None
    sign = max(used, key=lambda each: (_KINDS[each.kind][2], -each.case, each.value))
    what_vi, what_en, strength = _KINDS[sign.kind]
    words = {"what_vi": what_vi, "what_en": what_en, "value": sign.value, "case": str(sign.case), "host": sign.host}
    return Finding(f"{sign.value} (#{sign.case}, {sign.host})", strength, words)


def _numbers(facts: PageFacts) -> frozenset[str]:
    """What the page wants to be paid or called by."""
    return frozenset(
        (
            *(account.number for account in facts.bank_accounts),
            *(code.account for code in facts.payment_qrs),
            *(wallet.account for wallet in facts.wallets),
            *(coin.address for coin in facts.crypto_addresses),
            *(phone.number for phone in facts.phones),
        )
    )
