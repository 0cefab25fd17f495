"""An entry sum, branches, ranks and one's money back many times over: new members pay the old ones."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_FEWEST, _EACH_MORE, _NEEDED = 0.8, 0.1, 3


@page_rule(
    "money.pyramid",
    Family.MONEY,
    2.8,
    categories=(Category.INVESTMENT,),
    vi="Mô hình lấy tiền người sau trả người trước, theo nhánh và cấp bậc: {words}.",
    en="Pays old members from new ones, by branches and ranks: {words}.",
)
def pyramid(page: PageReading) -> Finding | None:
    sense = page.sense("pyramid_cues")
    if sense is None:
        return None
    strength = min(1.0, _FEWEST + _EACH_MORE * (len(sense.parts) - _NEEDED))
    return Finding(sense.words, strength, {"words": sense.words[:120]})
