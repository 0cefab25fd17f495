"""A page that speaks as a shop or company takes its money on a private person's account."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_COMPANY = re.compile(
    r"\b(?:cong ty|cty|tnhh|co phan|jsc|ltd|co|company|doanh nghiep|hop tac xa|htx|truong|benh vien|quy|ngan hang"
    r"|kho bac|uy ban|hoi|trung tam|dntn|ho kinh doanh|hkd)\b"
)

_TELLING = 0.6  # weight of a phrase that is no ordinary one
_PAID_ON_THE_SPOT = 0.7  # an eating house too has its owner's code on the wall


@page_rule(
    "money.personal-account",
    Family.MONEY,
    2.0,
    categories=(Category.FAKE_SHOP, Category.INVESTMENT, Category.JOB_TASK, Category.LOAN),
    vi="Thu tiền qua tài khoản cá nhân {holder} trong khi tự xưng là doanh nghiệp, cửa hàng hoặc sàn.",
    en="Takes money on the personal account of {holder} while posing as a company, shop or platform.",
)
def personal_account(page: PageReading) -> Finding | None:
    official = page.about("government") >= 3
    first = bool(page.topic("deposit") or page.sense("money_before_goods") or page.sense("pay_to_be_paid"))
    trades = page.says_company or page.sells or page.about("invest") >= 3 or page.about("loan") >= 3
    if not (official or first or page.offers or trades):
        return None
    lures = any(hit.phrase.weight >= _TELLING for hit in page.said("fake_shop"))
    strength = 1.0 if official or first or lures or page.about("invest") >= 3 else _PAID_ON_THE_SPOT
    for account in page.facts.bank_accounts:
        holder = fold_plain(account.holder)
        if 2 <= len(holder.split()) <= 5 and not _COMPANY.search(holder):
            kinds = (Category.GOVERNMENT,) if official else ()
            shown = account.text or f"{account.number} {account.holder}"
            return Finding(shown, strength, words={"holder": account.holder}, categories=kinds)
    return None
