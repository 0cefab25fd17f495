"""The title or head of the page is an office's name, on a strange host, over a form, an app or an account."""

from crawler.detection.fold import fold_plain
from crawler.detection.lexicon import load_offices
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_HEAD = 160  # characters of the text in which a portal says whose it is
_WORTH = {Secret.NATIONAL_ID, Secret.ID_PHOTO, Secret.BANK_ACCOUNT, Secret.OTP, Secret.PASSWORD, Secret.CARD}


@page_rule(
    "impersonation.office-name",
    Family.IMPERSONATION,
    2.0,
    categories=(Category.GOVERNMENT,),
    vi="Tự xưng «{office}», đòi giấy tờ, mật khẩu, tiền hoặc mời cài ứng dụng; {host} không của cơ quan nào.",
    en="Calls itself «{office}» and asks for papers or money or offers an app, on {host}, which is no office's host.",
)
def office_name(page: PageReading) -> Finding | None:
    facts = page.facts
    installs = any(entry.kind in {"apk", "mobileconfig"} for entry in facts.downloads)
    if not page.host or page.is_at_home or page.is_warning or page.is_story:
        return None
    asks = installs or _WORTH & page.secrets
    if not asks and not page.facts.bank_accounts and not page.facts.payment_qrs:
        return None
    head = fold_plain("\n".join((facts.title, *facts.headings[:2], facts.text[:_HEAD]))).replace("\n", " ")
    office = next((name for name in load_offices() if f" {fold_plain(name).strip()} " in f" {head} "), None)
    if office is None:
        return None
    return Finding(facts.title or facts.text[:80], 1.0 if asks else 0.8, {"office": office, "host": page.host})
