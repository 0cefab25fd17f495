"""The tax code's check digit is wrong: it was made up, or mistyped."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "identity.bad-tax-code",
    Family.IDENTITY,
    1.3,
    categories=(Category.FAKE_SHOP, Category.INVESTMENT, Category.LOAN),
    vi="Mã số thuế {value} không hợp lệ (sai số kiểm tra).",
    en="The tax code {value} is not valid (wrong check digit).",
)
def bad_tax_code(page: PageReading) -> Finding | None:
    codes = page.facts.tax_codes
    if not codes or any(code.valid for code in codes) or page.is_story:
        return None
    return Finding(codes[0].text or codes[0].value, words={"value": codes[0].value})
