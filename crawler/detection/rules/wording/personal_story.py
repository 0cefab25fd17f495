"""Scripts that end in a transfer to a stranger."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.personal-story",
    Family.WORDING,
    1.8,
    categories=(Category.OTHER,),
    vi="Kịch bản lừa đảo cá nhân, bưu kiện, vé, từ thiện: «{words}».",
    en="A known story of personal, parcel, ticket or charity fraud: «{words}».",
)
def personal_story(page: PageReading) -> Finding | None:
    return weigh(
        page.said(
            "romance_parcel",
            "deepfake_friend",
            "emergency_relative",
            "child_model",
            "charity",
            "delivery_shipper",
            "id_theft",
        )
    )
