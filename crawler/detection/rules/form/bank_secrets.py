"""One form wants a one-time code, a card's PIN or another secret that no honest page asks for beside the rest."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family


@page_rule(
    "form.bank-secrets",
    Family.FORM,
    2.0,
    categories=(Category.PHISHING,),
    vi="Biểu mẫu đòi thông tin mật của thẻ hoặc tài khoản: {fields}.",
    en="A form asks for secrets of a card or account: {fields}.",
)
def bank_secrets(page: PageReading) -> Finding | None:
    secrets = page.secrets
    worst = {Secret.PIN, Secret.SSN} & secrets
    mixed = Secret.CARD in secrets and Secret.OTP in secrets
    mixed = mixed or (Secret.CVV in secrets and bool({Secret.OTP, Secret.NATIONAL_ID} & secrets))
    if not (mixed or (worst and {Secret.CARD, Secret.CVV, Secret.BANK_ACCOUNT, Secret.BIRTH} & secrets)):
        return None
    words = page.field_words(Secret.PIN, Secret.SSN, Secret.CARD, Secret.CVV, Secret.OTP, Secret.NATIONAL_ID)
    return Finding(words, words={"fields": words[:120]})
