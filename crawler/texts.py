"""The message engine as the command line uses it, with every brand that ships."""

from functools import cache

from crawler.brands import detection_brands
from crawler.detection.brands import BrandIndex, index_brands
from crawler.detection.names.index import NameIndex, index_names
from crawler.detection.texts.judge import TextJudgement, judge_message
from crawler.parsing.message import parse_message


def judge_text(text: str) -> TextJudgement:
    """What a message is, and why: SMS, chat or post. Pure but for the data files, which are read once."""
    return judge_message(parse_message(text), _names(), _brands())


@cache
def _names() -> NameIndex:
    """Without the public suffix list: its library takes longer to load than a message to judge."""
    return index_names(detection_brands())


@cache
def _brands() -> BrandIndex:
    return index_brands(detection_brands())
