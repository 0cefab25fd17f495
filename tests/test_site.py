"""The sample web holds what it promises: valid descriptions, pages with their status, codes that scan."""

import io
import re
import shutil
import socket
import ssl
from collections import Counter
from http.client import HTTPResponse, IncompleteRead
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from stdnum.vn import mst

from tests.site.artwork import parse_crc, vietqr_payload
from tests.site.catalogue import Site, SiteError, load_site, load_sites
from tests.site.documents import load_documents
from tests.site.server import LocalWeb

SITES = load_sites()
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
MINIMAL = 'hosts = ["a.example"]\nlabel = "state"\ncategory = "x"\nwhy = "x"\ndesign = "x"\n'
_TAX_CODE = re.compile(r"(?:MST|Mã số thuế)\D{0,3}(\d{10})\b")
_FETCHED = (("script", "src"), ("img", "src"), ("iframe", "src"), ("link", "href"), ("video", "src"), ("source", "src"))


@pytest.fixture(scope="module")
def web():
    with LocalWeb(SITES) as served:
        yield served


class Answer:
    """A response read to its end, or to where the server left."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.cut = False
        try:
            self.body = response.read()
        except IncompleteRead as error:
            self.body, self.cut = error.partial, True


def ask(web: LocalWeb, url: str, timeout: float = 10.0, **headers: str) -> Answer:
    """GET ``url`` from the local web as a client that resolves every name to it; TLS is verified."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, _, port = (web.tls_address if secure else web.address).partition(":")
    with socket.create_connection((host, int(port)), timeout) as plain:
        context = ssl.create_default_context(cafile=str(web.authority_file)) if secure else None
        wire = context.wrap_socket(plain, server_hostname=parts.hostname) if context else plain
        lines = [f"GET {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        wire.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        response = HTTPResponse(wire)
        response.begin()
        answer = Answer(response)
        response.close()
        if wire is not plain:
            wire.close()
        return answer


def html_pages(site: Site) -> dict[str, str]:
    """The site's HTML by path, each page once."""
    pages: dict[str, str] = {}
    for path, document in load_documents(site).items():
        text = document.body.decode("utf-8", errors="replace")
        if document.content_type.startswith("text/html") and text not in pages.values():
            pages[path] = text
    return pages


# -- descriptions


def test_there_are_several_designs_of_each_kind() -> None:
    kinds = Counter((site.label, site.category) for site in SITES)
    assert kinds["fraud", "fake_shop"] >= 4
    assert kinds["fraud", "investment"] >= 3
    assert kinds["fraud", "phishing"] >= 3
    assert kinds["honest", "shop"] >= 4
    assert len({site.design for site in SITES if site.label != "state"}) >= 30
    assert all(site.kind == site.label for site in SITES)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_every_site_is_described_and_local(site: Site) -> None:
    documents = load_documents(site)
    routes = {route.path for route in site.routes}
    assert all(host.endswith(".example") for host in site.hosts)
    for path in (site.start, *site.telling) if site.listen else ():
        assert path in documents or path in routes or "*" in routes, path
    for route in site.routes:
        assert not route.file or "/" + route.file in documents
        assert not route.phone_file or "/" + route.phone_file in documents


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MINIMAL.replace(".example", ".vn"), "must end in .example"),
        (MINIMAL + "colour = 1\n", "unknown site field colour"),
        (MINIMAL.replace('"state"', '"bad"'), "label must be one of"),
        (MINIMAL.replace('"state"', '"fraud"'), "needs level_floor"),
        (MINIMAL + '[[route]]\npath = "/"\nbehaviour = "dance"\n', "behaviour must be one of"),
        (MINIMAL + "hosts = [", "site.toml"),
        ('label = "state"\n', "site.toml"),
    ],
)
def test_a_faulty_description_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "state" / "x" / "site.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(SiteError, match=said):
        load_site(path)


def test_two_sites_cannot_share_a_host(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "state" / name).mkdir(parents=True)
        (tmp_path / "state" / name / "site.toml").write_text(MINIMAL)
    with pytest.raises(SiteError, match=r"a\.example is already taken by one"):
        load_sites(tmp_path)


# -- content


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_pages_fetch_nothing_from_outside(site: Site) -> None:
    documents = load_documents(site)
    for path, text in html_pages(site).items():
        tree = LexborHTMLParser(text)
        for tag, attribute in _FETCHED:
            for node in tree.css(f"{tag}[{attribute}]"):
                url = urljoin(f"http://{site.hosts[0]}{path}", node.attributes[attribute] or "")
                if url.startswith("data:"):
                    continue
                assert urlsplit(url).hostname in site.hosts, f"{path} fetches {url}"
                assert urlsplit(url).path in documents, f"{path} misses {url}"
    for document in documents.values():
        assert not re.search(rb"url\(\s*['\"]?(https?:)?//|@import", document.body)


def test_tax_codes_of_honest_sites_are_valid() -> None:
    pages = [text for site in SITES if site.label == "honest" for text in html_pages(site).values()]
    codes = {code for text in pages for code in _TAX_CODE.findall(text)}
    assert len(codes) >= 9
    assert all(mst.is_valid(code) for code in codes)


def test_payment_codes_scan_back_to_what_the_description_says() -> None:
    scanned = 0
    for site in SITES:
        documents = load_documents(site)
        for picture in site.pictures:
            if picture.kind != "vietqr":
                continue
            (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(documents[picture.path].body)))
            assert parse_crc(code.text[:-4]) == code.text[-4:]
            assert picture.option("bin") + f"01{len(picture.option('account')):02d}" in code.text
            assert picture.option("account") in code.text
            scanned += 1
    assert scanned >= 5


def test_the_checksum_is_that_of_the_standard() -> None:
    assert parse_crc("123456789") == "29B1"


@given(st.from_regex(r"\A\d{6,19}\Z"), st.none() | st.integers(1, 10**9), st.from_regex(r"\A[A-Z0-9 ]{0,25}\Z"))
def test_payloads_are_well_formed(account: str, amount: int | None, message: str) -> None:
    payload = vietqr_payload("970436", account, amount, message)
    rest, tags = payload, []
    while rest:
        length = int(rest[2:4])
        tags.append(rest[:2])
        rest = rest[4 + length :]
    assert tags[:3] == ["00", "01", "38"]
    assert tags[-1] == "63"
    assert parse_crc(payload[:-4]) == payload[-4:]


# -- serving


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_every_page_is_served(web: LocalWeb, site: Site) -> None:
    if not site.listen or any(route.path == "*" for route in site.routes):
        return
    routes = {route.path for route in site.routes}
    scheme = "https" if site.https else "http"
    for path, document in load_documents(site).items():
        if path not in routes:
            answer = ask(web, f"{scheme}://{site.hosts[0]}{path}")
            assert (answer.status, answer.body) == (200, document.body)
            assert answer.headers["content-type"] == document.content_type
    assert ask(web, f"{scheme}://{site.hosts[-1]}/khong-co-trang-nay").status == 404


def test_each_name_has_its_own_certificate_and_plain_http_moves_to_it(web: LocalWeb) -> None:
    answer = ask(web, "http://apexfx-vn.example/nap-tien?x=1")
    assert (answer.status, answer.headers["location"]) == (301, "https://apexfx-vn.example/nap-tien?x=1")
    assert ask(web, "https://apexfx-vn.example/nap-tien").status == 200  # ask() verifies name and chain


def test_a_cloak_shows_phishing_only_to_a_phone_from_a_social_link(web: LocalWeb) -> None:
    url = "https://dichvu-hotrothe.example/"
    phone = ask(web, url, User_Agent=PHONE, Referer="https://l.facebook.com/")
    assert "CVV" in phone.body.decode()
    for headers in ({}, {"User_Agent": PHONE}, {"Referer": "https://l.facebook.com/"}):
        assert "Bếp nhà quê" in ask(web, url, **headers).body.decode()


def test_redirects_lead_on(web: LocalWeb) -> None:
    first = ask(web, "http://rutgon-vn.example/Ab3xK")
    second = ask(web, first.headers["location"])
    assert (first.status, second.status) == (301, 302)
    assert "xakho-thoitrang.example" in ask(web, second.headers["location"]).body.decode()
    assert ask(web, "http://quanhquan.example/").headers["location"] == "http://quanhquan.example/b"


def test_a_body_that_ends_early_is_cut(web: LocalWeb) -> None:
    answer = ask(web, "http://dutgiua.example/")
    assert answer.cut
    assert len(answer.body) == 700


def test_a_legacy_charset_is_served_as_bytes_of_its_own(web: LocalWeb) -> None:
    answer = ask(web, "http://diemban-cu.example/")
    assert "charset" not in answer.headers["content-type"]
    assert "Chuy\u00ean" in answer.body.decode("windows-1258")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_downloads_challenges_and_errors_keep_their_status(web: LocalWeb) -> None:
    package = ask(web, "http://taiapp-nhanh.example/tai/ungdung.apk")
    assert package.headers["content-disposition"].startswith("attachment")
    challenge = ask(web, "https://giahang-sieutoc.example/bat-ky")
    assert (challenge.status, challenge.headers["cf-mitigated"]) == (403, "challenge")
    assert ask(web, "http://da-go-bo.example/x").status == 404


def test_robots_are_served_where_a_site_has_them(web: LocalWeb) -> None:
    assert b"Disallow: /" in ask(web, "http://dung-vao.example/robots.txt").body
    assert ask(web, "http://shopre247.example/robots.txt").status == 404


def test_a_slow_host_makes_one_wait(web: LocalWeb) -> None:
    with pytest.raises(TimeoutError):
        ask(web, "http://cho-mai.example/", timeout=0.3)


def test_a_dead_host_is_mapped_to_a_closed_port(web: LocalWeb) -> None:
    mapped = dict(entry.split("=") for entry in web.egress_map.split(","))
    host, _, port = mapped["da-tat-may.example:80"].partition(":")
    assert f"{host}:{port}" in web.egress_allow.split(",")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), 2)


def test_requests_are_counted_by_host_and_path() -> None:
    with LocalWeb(kinds=["state"]) as own:
        assert {site.label for site in own.sites} == {"state"}
        for _ in range(3):
            ask(own, "http://shopre247.example/", User_Agent="counter")
        assert own.touched("shopre247.example", "/") == own.touched("shopre247.example") == 3
        assert own.touched("quanhquan.example") == 0
        assert own.requests[-1].user_agent == "counter"


def test_text_is_compressed_for_those_who_ask(web: LocalWeb) -> None:
    answer = ask(web, "https://nganhangvidu.example/", Accept_Encoding="gzip, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.body[:2] == b"\x1f\x8b"


def test_targets_and_expectations_go_together(web: LocalWeb) -> None:
    assert tuple(entry.url for entry in web.expectations) == web.targets
    assert web.environment["LACHAN_EGRESS_MAP"] == web.egress_map


def test_any_pages_can_be_served_each_under_its_own_name() -> None:
    pages = {f"trang{number}.kho.example": f"<html>{number}</html>".encode() for number in range(300)}
    with LocalWeb.from_pages(pages) as own:
        assert ask(own, "http://trang7.kho.example/").body == b"<html>7</html>"
        assert ask(own, "https://trang8.kho.example/").body == b"<html>8</html>"
        assert ask(own, "http://trang7.kho.example/khac").status == 404
        assert own.egress_map == f"*.kho.example:80={own.address},*.kho.example:443={own.tls_address}"
        assert len(own.targets) == 300
        assert own.touched("trang7.kho.example", "/") == 1


def test_pipelined_and_split_requests_are_answered_in_order() -> None:
    pages = {"a.kho.example": b"AAA", "b.kho.example": b"BBB"}
    with LocalWeb.from_pages(pages) as own:
        host, _, port = own.address.partition(":")
        with socket.create_connection((host, int(port)), 5) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\nHost: a.kho.example\r\n\r\nGET / HTTP/1.1\r\nAccept: */*\r\nHo")
            wire.sendall(b"st: b.kho.example\r\nConnection: close\r\n\r\n")
            wire.settimeout(5)
            seen = b""
            while seen.count(b"HTTP/1.1 200") < 2 or not seen.endswith(b"BBB"):
                seen += wire.recv(4096)
            assert seen.index(b"AAA") < seen.index(b"BBB")


# -- in a browser


def _browser() -> str | None:
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.mark.browser
@pytest.mark.skipif(_browser() is None, reason="no Chromium on PATH")
def test_a_browser_stays_inside_and_the_shell_fills_itself(web: LocalWeb) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    rules = f"MAP *:80 {web.address}, MAP *:443 {web.tls_address}"
    asked: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=_browser(), args=["--no-sandbox", f"--host-resolver-rules={rules}"]
        )
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        for site in SITES:
            if site.label != "state":
                page.goto(site.url, wait_until="load", timeout=20_000)
        page.goto("https://sanvang-online.example/")
        page.wait_for_selector("h1", timeout=5_000)
        assert "lãi ngày" in page.inner_text("h1")
        browser.close()
    hosts = {host for site in SITES for host in site.hosts}
    assert not [url for url in asked if not url.startswith("data:") and urlsplit(url).hostname not in hosts]
