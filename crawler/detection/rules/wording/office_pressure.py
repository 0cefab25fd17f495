"""Impersonated offices: cases, fines, refunds, lists to update, cut-off threats."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.office-pressure",
    Family.WORDING,
    3.2,
    categories=(Category.GOVERNMENT,),
    vi="Lời lẽ giả cơ quan nhà nước, điện lực, nhà mạng: «{words}».",
    en="Words of fake police, tax, power or telecom offices: «{words}».",
)
def office_pressure(page: PageReading) -> Finding | None:
    return weigh(
        page.said(
            "pressure_generic",
            "police_court",
            "vneid_app",
            "tax_app",
            "evn_utilities",
            "social_benefit",
            "traffic_fine",
            "sim_lock",
            "online_kidnap",
        )
    )
