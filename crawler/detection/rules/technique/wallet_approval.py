"""A page of free tokens asks the wallet for the right to move its tokens."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_TELLING = 0.6  # weight of a phrase that is no ordinary one


@page_rule(
    "technique.wallet-approval",
    Family.TECHNIQUE,
    2.2,
    categories=(Category.PHISHING,),
    vi="Mã lệnh xin quyền chuyển tài sản trong ví tiền số: {call}.",
    en="A script asks a crypto wallet for the right to move its tokens: {call}.",
)
def wallet_approval(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.WALLET_APPROVAL)
    if trick is None or page.is_at_home or page.is_story:
        return None
    baits = [hit for hit in page.said("wallet_en", "hyip_en") if hit.phrase.weight >= _TELLING]
    return Finding(trick, words={"call": trick[:60]}) if baits else None
