"""An office, a deadline, a penalty, and a chat, an app or an account to end it by: how false officers press."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh_cues


@page_rule(
    "wording.office-threat-signs",
    Family.WORDING,
    3.2,
    categories=(Category.GOVERNMENT,),
    vi="Cơ quan, hạn chót, đe phạt và cách xử lý qua chat, ứng dụng, tài khoản: {words}.",
    en="An office, a deadline, a penalty, and a chat, app or account to end it by: {words}.",
)
def office_threat_signs(page: PageReading) -> Finding | None:
    return weigh_cues(page.sense("office_cues"), 4)
