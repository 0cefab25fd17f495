"""The checkout is a Scrapy project: crawl writes useful items, shell opens addresses and saved pages."""

import asyncio
import json
import os
import runpy
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.test import get_crawler

from crawler.commands.crawl import Command
from crawler.egress.file_handler import SavedPageHandler
from crawler.errors import CrawlerError, EgressRefusedError
from crawler.spiders.sites import SitesSpider
from tests.site.server import LocalWeb

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def web() -> Iterator[LocalWeb]:
    with LocalWeb() as web:
        yield web


def scrapy(
    web: LocalWeb, folder: Path, *words: str, typed: str = "", **more: str
) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")}
    environment = {
        **clean,
        **web.environment,
        "LACHAN_DATA_DIR": str(folder / "data"),
        "LACHAN_BROWSER": "off",
        "LACHAN_ENRICH": "false",
        "LACHAN_TIMESTAMP_URLS": "",
        "LACHAN_DELAY": "0",
        "LACHAN_LOG_LEVEL": "WARNING",
        "PYTHONWARNINGS": "ignore",
        **more,
    }
    command = [sys.executable, "-m", "scrapy", *words]
    return subprocess.run(
        command, env=environment, cwd=ROOT, input=typed, capture_output=True, text=True, timeout=120, check=False
    )


def host_of(web: LocalWeb, label: str) -> str:
    return next(each.url for each in web.expectations if each.label == label)


def test_crawl_writes_an_item_a_site_with_its_reasons(web: LocalWeb, tmp_path: Path) -> None:
    fraud, honest = host_of(web, "fraud"), host_of(web, "honest")
    out = tmp_path / "out.json"
    done = scrapy(web, tmp_path, "crawl", "sites", "-a", f"url={fraud} {honest} nonsense", "-o", str(out))
    assert "«nonsense» is no target" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Disabled" not in done.stderr
    items = {item["url"]: item for item in json.loads(out.read_text("utf-8"))}
    assert set(items) == {fraud, honest}
    assert items[honest]["signals"] == [] or items[honest]["level"] in {"clean", "watch"}
    assert all(signal["message_vi"] for signal in items[fraud]["signals"])
    assert len(items[fraud]["sealed"]) == len(items[fraud]["visits"])


def test_a_crawl_of_nothing_that_is_an_address_sweeps_nothing(web: LocalWeb, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = scrapy(web, tmp_path, "crawl", "sites", "-a", "url=nonsense", "-o", str(out))
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "error: the command line: «nonsense» is no target" in done.stderr
    assert not out.exists()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("sites", {"urls": "https://a.example/"}, "no such argument: urls; `-a url=ADDRESS` names a site"),
        ("shops", {}, "no such spider: shops; there is: sites"),
    ],
)
def test_wrong_usage_names_what_is_known(name: str, arguments: dict[str, str], told: str) -> None:
    command = Command()
    known = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
    command.crawler_process = SimpleNamespace(spider_loader=known)  # type: ignore[assignment]
    with pytest.raises(UsageError, match=told):
        command.run([name], Namespace(spargs=arguments))


def test_scrapy_says_a_wrong_setting_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_DELAYS", "1")
    monkeypatch.delitem(sys.modules, "crawler.settings", raising=False)  # as at a start, whatever ran here before
    with pytest.raises(SystemExit, match="lachan: unknown setting LACHAN_DELAYS"):
        runpy.run_module("crawler.settings")


def test_a_crawl_that_this_machine_cannot_begin_says_why(web: LocalWeb, tmp_path: Path) -> None:
    nowhere = {"LACHAN_DATABASE_URL": "sqlite:////proc/nothing/x.db"}
    done = scrapy(web, tmp_path, "crawl", "sites", "-a", f"url={host_of(web, 'honest')}", **nowhere)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "folder /proc/nothing cannot be made" in done.stderr


def test_a_crawl_that_this_machine_cuts_off_says_why(web: LocalWeb, tmp_path: Path) -> None:
    """A disk without room: the first lease finds it."""
    done = scrapy(web, tmp_path, "crawl", "sites", "-a", f"url={host_of(web, 'honest')}", LACHAN_FREE_MB="99999999")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "LACHAN_FREE_MB asks for 99999999" in done.stderr


def test_shell_opens_an_address_and_a_saved_page(web: LocalWeb, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Trang đã lưu</title>", "utf-8")
    asks = 'print("TITLE", response.css("title::text").get())\n'
    saved = scrapy(web, tmp_path, "shell", str(page), typed=asks)
    assert "TITLE Trang đã lưu" in saved.stdout
    assert "Disabled" not in saved.stderr
    assert "TITLE None" not in scrapy(web, tmp_path, "shell", host_of(web, "fraud"), typed=asks).stdout
    assert scrapy(web, tmp_path, "list").stdout.split() == ["sites"]


def test_a_sweep_reads_no_file(tmp_path: Path) -> None:
    class Sweeping(Spider):
        name = "sweeping"
        needs_workbench = True

    (tmp_path / "secret").write_text("x")
    request = Request((tmp_path / "secret").as_uri())
    with pytest.raises(EgressRefusedError, match="a sweep reads no files"):
        asyncio.run(SavedPageHandler(get_crawler(Sweeping)).download_request(request))
    assert asyncio.run(SavedPageHandler(get_crawler(Spider)).download_request(request)).body == b"x"


def test_an_argument_that_the_spider_does_not_know_sweeps_nothing() -> None:
    with pytest.raises(CrawlerError, match=r"urls.*-a url=ADDRESS"):
        SitesSpider(urls="https://a.example/")
