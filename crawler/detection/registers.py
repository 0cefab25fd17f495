"""Does a page name a register, with a number, where anybody can look up who invests other people's money?"""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading

_READ = 60_000  # characters
_REGISTERED = re.compile(
    r"\b(?:(?:licen[cs]e|registration|register|company|reference|frn|crd|afsl|abn|cif|vat|reg)(?: [a-z]{2,10}){0,2}"
    r"(?: (?:no|number|nr))? ?\d{4,}"
    r"|(?:authori[sz]ed|regulated|supervised|licensed) by (?:the )?[a-z]{2,}(?: [a-z]{2,}){0,8} \d{4,}"
    r"|member (?:of )?(?:finra|sipc|fdic)|capital (?:is )?at risk|past performance"
    r"|giay (?:chung nhan|phep)(?: [a-z]{1,8}){0,8} \d{2,}|ma so (?:thue|doanh nghiep) \d{6,})\b"
)


def names_register(page: PageReading) -> bool:
    """A licence or company number, the warning of risk that licensed firms owe their readers, or an owner by name.

    A false number counts as well: whether a register knows it is not for a page's words to say.
    """
    facts = page.facts
    if facts.owner or facts.tax_codes or facts.badges:
        return True
    return _REGISTERED.search(fold_plain(page.words[:_READ])) is not None
