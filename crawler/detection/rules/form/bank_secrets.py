"""One form wants a one-time code, a card's PIN or another secret that no honest page asks for beside the rest."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family


@page_rule(
    "form.bank-secrets",
    Family.FORM,
    2.6,
    categories=(Category.PHISHING,),
    vi="Biểu mẫu đòi thông tin mật của thẻ hoặc tài khoản: {fields}.",
    en="A form asks for secrets of a card or account: {fields}.",
)
def bank_secrets(page: PageReading) -> Finding | None:
    if not any(map(_is_theft, page.asked_together)):
        return None
    words = page.field_words(Secret.PIN, Secret.SSN, Secret.CARD, Secret.CVV, Secret.OTP, Secret.NATIONAL_ID)
    return Finding(words, words={"fields": words[:120]})


def _is_theft(secrets: frozenset[Secret]) -> bool:
    mixed = Secret.CARD in secrets and Secret.OTP in secrets
    mixed = mixed or (Secret.CVV in secrets and bool({Secret.OTP, Secret.NATIONAL_ID} & secrets))
    mixed = mixed or (Secret.OTP in secrets and bool({Secret.ID_PHOTO, Secret.NATIONAL_ID} & secrets))
    worst = bool({Secret.PIN, Secret.SSN} & secrets)
    return mixed or (worst and bool({Secret.CARD, Secret.CVV, Secret.BANK_ACCOUNT, Secret.BIRTH} & secrets))
