"""A form collects a whole identity: national id or its photo together with bank account, code or password."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_IDENTITY = {Secret.NATIONAL_ID, Secret.ID_PHOTO}
_MONEY = {Secret.BANK_ACCOUNT, Secret.OTP, Secret.PASSWORD, Secret.CARD}


@page_rule(
    "form.identity-harvest",
    Family.FORM,
    1.5,
    categories=(Category.LOAN, Category.GOVERNMENT, Category.PHISHING),
    vi="Thu thập giấy tờ tùy thân cùng tài khoản, mật khẩu hoặc mã OTP: {fields}.",
    en="Collects identity papers together with account, password or code: {fields}.",
)
def identity_harvest(page: PageReading) -> Finding | None:
    if page.is_at_home or not (_IDENTITY & page.secrets):
        return None
    words = page.field_words(*_IDENTITY, *_MONEY)
    if _MONEY & page.secrets:
        return Finding(words, words={"fields": words[:120]})
    lends = page.about("loan") >= 2 or page.about("government") >= 2
    return Finding(words, 0.5, {"fields": words[:120]}) if lends else None
