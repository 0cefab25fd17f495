"""robots.txt is asked for where it is, however the address is written."""

import pytest

from crawler.middlewares import robots
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


def test_long_rules_of_many_hosts_are_not_all_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of 512 kB weigh 10 MB: those of 500 hosts would weigh five gigabytes."""
    remembered: list[int] = []
    forget = robots.RobotsMiddleware._forget

    def watched(self: robots.RobotsMiddleware) -> None:
        forget(self)
        remembered.append(sum(self._sizes.values()))

    monkeypatch.setattr(robots, "BYTES_REMEMBERED", 2_500)
    monkeypatch.setattr(robots.RobotsMiddleware, "_forget", watched)
    rules = "User-agent: *\nDisallow: /a\n" + "#\n" * 500
    with Server({"/robots.txt": page(rules, Content_Type="text/plain"), "/": page("Chào")}) as server:
        urls = [f"http://h{n}.example/" for n in range(6)]
        ended, _ = crawl(urls, server.address, f"*.example={server.address}", **ROBOTS)
    assert [ended[url][0]["robots"] for url in urls] == ["allowed"] * 6
    assert 2_000 < max(remembered) <= 2_500
