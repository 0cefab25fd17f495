"""The one-time code is to be told to a person of the staff, which no bank asks."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "form.code-to-staff",
    Family.FORM,
    2.4,
    categories=(
        Category.PHISHING,
        Category.LOAN,
    ),
    vi="Bảo đọc mã OTP, mã xác nhận cho «nhân viên»: «{words}».",
    en="The one-time code is to be told to the staff: «{words}».",
)
def code_to_staff(page: PageReading) -> Finding | None:
    sense = page.sense("code_to_staff")
    return None if sense is None else Finding(sense.words, words={"words": sense.words[:120]})
