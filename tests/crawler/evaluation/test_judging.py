"""Pages, texts and names are judged by the engines that the crawl uses."""

import pytest

from crawler.detection.score import Level
from crawler.evaluation.judging import judge_sample, named_host, page_url
from crawler.evaluation.labelled import Kind, Label, Sample
from crawler.evaluation.prediction import Fate
from tests.crawler.evaluation.labelled_rows import HONEST, PHISHING

LONG = HONEST.replace("</p>", " Canh ngọt, cá tươi, rau vườn nhà, cơm nóng, trà xanh." * 20 + "</p>")


def sample(kind: Kind, content: str, url: str = "") -> Sample:
    return Sample("a", kind, Label.UNKNOWN, content, "x:1", url=url)


def test_pages_texts_and_names() -> None:
    assert judge_sample(sample(Kind.PAGE, PHISHING)).flagged
    assert judge_sample(sample(Kind.PAGE, LONG)).fate is Fate.FIRST_LOOK
    assert judge_sample(sample(Kind.NAME, "https://vietcombank-xacthuc.top/login")).flagged
    assert judge_sample(sample(Kind.NAME, "vietcombank.com.vn")).level is Level.CLEAN
    assert judge_sample(sample(Kind.TEXT, "Hôm nay mẹ nấu canh chua, con về ăn cơm nhé")).level is Level.CLEAN


def test_an_address_of_its_own_or_none() -> None:
    page = sample(Kind.PAGE, PHISHING)
    assert page_url(page, own_host=True).endswith(".example/")
    assert page_url(page, own_host=False) == "about:blank"
    assert page_url(sample(Kind.PAGE, "", "https://a.example/x"), own_host=True) == "https://a.example/x"
    assert page_url(sample(Kind.PAGE, "", "javascript:1"), own_host=False) == "about:blank"


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("a.example", "a.example"),
        ("http://A.example:80/x", "a.example"),
        ("a.example/x?y", "a.example"),
        ("http://[", ""),
        ("http://]a/", ""),
    ],
)
def test_the_host_of_a_value(value: str, host: str) -> None:
    assert named_host(value) == host
