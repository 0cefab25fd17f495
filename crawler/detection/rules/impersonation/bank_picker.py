"""One picks one's bank from a list and types its password or code on the same page, which no bank has others do."""

from crawler.detection.facts import Form
from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_WORTH = {Secret.PASSWORD, Secret.OTP, Secret.PIN, Secret.CVV}
_BANKS = 3


@page_rule(
    "impersonation.bank-picker",
    Family.IMPERSONATION,
    3.4,
    categories=(Category.PHISHING,),
    vi="Cho chọn ngân hàng ({banks}) rồi đòi mật khẩu, mã OTP ngay trên trang {host}.",
    en="Has visitors pick a bank ({banks}) and type its password or code on {host}.",
)
def bank_picker(page: PageReading) -> Finding | None:
    if not page.host or page.is_at_home or page.is_story or page.is_warning:
        return None
    for form in dict.fromkeys(form for form, _, secret in page.asked if secret in _WORTH):
        banks = _banks(page, form)
        if len(banks) >= _BANKS:
            return Finding(form.text[:120], words={"banks": ", ".join(banks[:5]), "host": page.host})
    return None


def _banks(page: PageReading, form: Form) -> list[str]:
    """Names of banks in the form's words, unless it has the visitor register an account to be paid on."""
    if "nguoi thu huong" in fold_plain(form.text):
        return []
    text = f"{form.text[:1_000]}\n{page.facts.text[:1_000]}"  # hidden noise stands in the first alone
    words = text.replace(" ", "\n") + "\n" + text
    found = (mention.brand for mention in page.index.mentions(words) if mention.brand.type == "bank")
    return list(dict.fromkeys(brand.name for brand in found))
