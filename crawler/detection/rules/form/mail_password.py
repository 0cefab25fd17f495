"""The password of the visitor's mailbox is asked for by a page that is no mailbox."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family


@page_rule(
    "form.mail-password",
    Family.FORM,
    2.4,
    categories=(Category.PHISHING,),
    vi="Đòi mật khẩu hộp thư điện tử: {fields}.",
    en="Asks for the password of the visitor's mailbox: {fields}.",
)
def mail_password(page: PageReading) -> Finding | None:
    if Secret.MAIL_PASSWORD not in page.secrets or page.is_at_home:
        return None
    words = page.field_words(Secret.MAIL_PASSWORD)
    return Finding(words, words={"fields": words[:120]})
