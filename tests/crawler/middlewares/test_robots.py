"""robots.txt is asked for where it is, however the address is written."""

import pytest

from crawler.middlewares.robots import origin_of
from tests.crawler.egress.crawling import crawl
from tests.crawler.egress.loopback import Server, page

ROBOTS = {"DOWNLOADER_MIDDLEWARES": {"crawler.middlewares.robots.RobotsMiddleware": 100}, "ROBOTSTXT_USER_AGENT": "x"}


@pytest.mark.parametrize("rest", ["", "/", "?x=1", "/a?b=/c", "#f", "?u=http://other.example/@"])
def test_the_origin_ends_where_the_host_does(rest: str) -> None:
    assert origin_of(f"http://shop.example:81{rest}") == "http://shop.example:81"
    assert origin_of(f"https://user:pass@shop.example{rest}") == "https://shop.example"
    assert origin_of(f"http://[::1]:81{rest}") == "http://[::1]:81"


@pytest.mark.parametrize("written", ["http://{}?x=1", "http://user:secret@{}/a"])
def test_robots_txt_is_read_and_obeyed(written: str) -> None:
    with Server({"/robots.txt": page("User-agent: *\nDisallow: /", Content_Type="text/plain")}) as server:
        url = written.format(server.address)
        ended, _ = crawl([url], server.address, LACHAN_ROBOTS="obey", **ROBOTS)
    assert ended[url][0]["robots"] == "disallowed"
    assert dict(server.touches) == {"/robots.txt": 1}
