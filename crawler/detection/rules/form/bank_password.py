"""A page that is no bank's asks for the password of the visitor's online banking, or for an app's that moves money."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_ASKS = re.compile(
    r"\b(?:mat khau|mk|password)(?: [a-z]{2,6}){0,2}"
    r" (?:ngan hang|internet banking|mobile banking|e ?banking|smart ?banking|(?:ung dung|app) (?:ngan hang|bank))"
    r"|\b(?:ten dang nhap|user)(?: [a-z]{2,6}){0,2} (?:internet banking|ngan hang dien tu|e ?banking)\b"
)
_TYPED = {"text", "password", "tel", "number", "email"}


@page_rule(
    "form.bank-password",
    Family.FORM,
    3.2,
    categories=(Category.PHISHING,),
    vi="Không phải trang ngân hàng mà đòi mật khẩu ngân hàng điện tử: {fields}.",
    en="No bank's page, yet asks for the password of online banking: {fields}.",
)
def bank_password(page: PageReading) -> Finding | None:
    if not page.host or page.is_at_home or page.is_story or page.is_warning:
        return None
    labels = (entry.label[:120] for form in page.facts.forms for entry in form.fields if entry.type in _TYPED)
    found = next((label for label in labels if _ASKS.search(fold_plain(label))), "")
    return Finding(found, words={"fields": found}) if found else None
