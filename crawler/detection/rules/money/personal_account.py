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
    if not (
        official
        or page.offers
        or page.says_company
        or page.sells
        or page.about("invest") >= 3
        or page.about("loan") >= 3
        or page.sense("money_before_goods")
        or page.sense("pay_to_be_paid")
    ):
        return None
    for account in page.facts.bank_accounts:
        holder = fold_plain(account.holder)
        if 2 <= len(holder.split()) <= 5 and not _COMPANY.search(holder):
            kinds = (Category.GOVERNMENT,) if official else ()
            shown = account.text or f"{account.number} {account.holder}"
            return Finding(shown, words={"holder": account.holder}, categories=kinds)
    return None
