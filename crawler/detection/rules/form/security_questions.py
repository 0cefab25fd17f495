"""Answers to security questions are asked for outside any sign-up: with them an account is taken over."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_BESIDE = {Secret.SSN, Secret.CARD, Secret.CVV, Secret.PIN, Secret.MAIL_PASSWORD, Secret.BANK_ACCOUNT}


@page_rule(
    "form.security-questions",
    Family.FORM,
    2.4,
    categories=(Category.PHISHING,),
    vi="Đòi câu trả lời bảo mật của tài khoản: {fields}.",
    en="Asks for the answers to security questions: {fields}.",
)
def security_questions(page: PageReading) -> Finding | None:
    answers = [entry for _, entry, secret in page.asked if secret is Secret.QUESTION]
    signs_up = sum(secret is Secret.PASSWORD for _, _, secret in page.asked) >= 2
    if page.is_at_home or signs_up or not answers or (len(answers) < 2 and not _BESIDE & page.secrets):
        return None
    words = page.field_words(Secret.QUESTION)
    return Finding(words, words={"fields": words[:120]})
