"""Alarms of blocked accounts and odd sign-ins, and requests for codes."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.account-alarm",
    Family.WORDING,
    3.2,
    categories=(Category.PHISHING,),
    vi="Báo động giả về tài khoản để lấy mật khẩu, mã OTP: «{words}».",
    en="A false alarm about an account, to get secrets: «{words}».",
)
def account_alarm(page: PageReading) -> Finding | None:
    return weigh(page.said("pressure_generic", "bank_phishing", "telegram_otp", "phishing_en"))
