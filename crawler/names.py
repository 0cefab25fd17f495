"""The name engine as the crawler and the command line use it: with the seeds' brands and the public suffix list."""

from functools import cache

from tldextract import TLDExtract

from crawler.brands import detection_brands
from crawler.detection.names.index import NameIndex, index_names
from crawler.detection.names.judge import judge_name
from crawler.detection.names.judgement import NameJudgement
from crawler.detection.names.suffix import SuffixList, make_suffix_list


@cache
def public_suffixes() -> SuffixList:
    """The public suffix list as it ships with tldextract, its private part as platforms."""
    public = TLDExtract(suffix_list_urls=(), cache_dir=None).tlds
    everything = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True).tlds
    return make_suffix_list(public, set(everything) - set(public))


@cache
def name_index() -> NameIndex:
    """The index of every protected brand. Raises SeedDataError."""
    return index_names(detection_brands(), public_suffixes())


def judge_host(text: str) -> NameJudgement:
    """``judge_name`` with everything that ships."""
    return judge_name(text, name_index())
