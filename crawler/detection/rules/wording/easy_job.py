"""Task and job scams."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.easy-job",
    Family.WORDING,
    3.4,
    categories=(Category.JOB_TASK,),
    vi="Lời tuyển việc nhẹ lương cao, làm nhiệm vụ nhận hoa hồng: «{words}».",
    en="Easy work for high pay, tasks for commission: «{words}».",
)
def easy_job(page: PageReading) -> Finding | None:
    return weigh(page.said("task_ctv", "labour_export"))
