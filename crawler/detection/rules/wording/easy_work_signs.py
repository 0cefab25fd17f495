"""The signs of a work offer that is bait: nothing needed, little time, paid by the day, clicks at home."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh_cues


@page_rule(
    "wording.easy-work-signs",
    Family.WORDING,
    3.0,
    categories=(Category.JOB_TASK,),
    vi="Nhiều dấu hiệu của lời mời việc làm mồi: {words}.",
    en="Several signs of work offered as bait: {words}.",
)
def easy_work_signs(page: PageReading) -> Finding | None:
    return weigh_cues(page.sense("job_cues"), 3)
