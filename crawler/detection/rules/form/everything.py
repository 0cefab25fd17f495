"""One page asks for nearly all that a thief can use: card, code, password, papers, birth, account."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_GRAVE: set[Secret] = {
    *(Secret.CARD, Secret.CVV, Secret.PIN, Secret.OTP, Secret.SSN, Secret.QUESTION, Secret.MAIL_PASSWORD),
    *(Secret.PASSWORD, Secret.BANK_ACCOUNT, Secret.NATIONAL_ID, Secret.BIRTH),
}
_MANY = 4
# a card with what only its owner is told: no shop asks for both in one form
_WHOLE_CARDS = ({Secret.CARD, Secret.CVV, Secret.PASSWORD}, {Secret.CARD, Secret.CVV, Secret.OTP})
_NOTHING_ELSE = 600  # characters of a page that is its forms


@page_rule(
    "form.everything",
    Family.FORM,
    2.2,
    categories=(Category.PHISHING,),
    vi="Một trang đòi quá nhiều thứ bí mật cùng lúc: {fields}.",
    en="One page asks for too many secrets at once: {fields}.",
)
def everything(page: PageReading) -> Finding | None:
    if len(page.facts.text) < _NOTHING_ELSE:  # the steps of one theft, each in a form of its own
        asked = _GRAVE & page.secrets
    else:
        asked = max((_GRAVE & secrets for secrets in page.asked_together), key=len, default=set())

    if page.is_at_home or page.sells or len(asked) < _MANY - any(card <= asked for card in _WHOLE_CARDS):
        return None
    words = page.field_words(*asked)
    return Finding(words, words={"fields": words[:120]})
