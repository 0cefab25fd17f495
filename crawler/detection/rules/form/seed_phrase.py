"""A form asks for the secret phrase or key of a crypto wallet, which is never typed into a site."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family


@page_rule(
    "form.seed-phrase",
    Family.FORM,
    3.5,
    categories=(Category.PHISHING,),
    vi="Đòi cụm từ khôi phục hoặc khóa riêng của ví tiền số: {fields}.",
    en="Asks for a crypto wallet's recovery phrase or private key: {fields}.",
)
def seed_phrase(page: PageReading) -> Finding | None:
    if Secret.SEED not in page.secrets or page.is_at_home:
        return None
    words = page.field_words(Secret.SEED)
    return Finding(words, words={"fields": words[:120]})
