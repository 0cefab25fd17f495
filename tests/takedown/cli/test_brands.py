"""`lachan brands` as an operator runs it: over TLS that holds, and nothing from a wrong certificate."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.brand_emblems import emblem_file, known_brands
from tests.drawn_logos import as_bytes, draw_logo
from tests.site.authority import Authority
from tests.takedown.cli.conftest import Run

LOGO = as_bytes(draw_logo())
PAGE = b"<!doctype html><title>Ngan hang</title><header><img src='/logo.png'></header><p>Xin chao quy khach"


class _Official(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = {"/": ("text/html", PAGE), "/logo.png": ("image/png", LOGO)}.get(self.path, ("", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests are silent."""


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """Serves acb.com.vn on loopback, under an authority that nobody trusts yet."""
    folder = tmp_path / "authority"
    folder.mkdir()
    authority = Authority(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Official) as server:
        server.socket = authority.server_context().wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"127.0.0.1:{server.server_port}"
        monkeypatch.setenv("LACHAN_EGRESS_MAP", f"acb.com.vn={place}")
        monkeypatch.setenv("LACHAN_EGRESS_ALLOW", place)
        monkeypatch.setenv("LACHAN_EGRESS_PORTS", f"443,{server.server_port}")
        yield authority
        server.shutdown()


def test_a_logo_is_learnt_listed_and_handed_to_the_rules(
    run: Run, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(authority.certificate))
    code, out, err = run("brands", "learn", "acb", "--en")
    assert (code, err) == (0, "")
    assert "[1/1] acb: 1 pictures" in out
    assert [brand.id for brand in known_brands(tmp_path) if brand.emblems] == ["acb"]
    assert run("brands", "learn", "acb", "--en")[1] == "0 learnt, 0 not, 1 known already.\n"
    listed = json.loads(run("brands", "list", "--json")[1])
    assert listed["acb"]["source"] == "https://acb.com.vn/"
    assert run("brands", "learn", "acb", "--again")[0] == 0


def test_a_certificate_that_does_not_hold_teaches_nothing(run: Run, authority: Authority, tmp_path: Path) -> None:
    code, out, err = run("brands", "learn", "acb", "--en")
    assert code == 1
    assert "acb.com.vn" in err
    assert "0 learnt, 1 not, 0 known already." in out
    assert not emblem_file(tmp_path).exists()
    assert "brands learn" in run("brands", "list")[1]


def test_wrong_words_and_a_damaged_file_are_told(run: Run, tmp_path: Path) -> None:
    assert run("brands", "learn", "khong-co")[0] == 2
    emblem_file(tmp_path).write_text("{")
    code, _, err = run("brands", "list")
    assert code == 3
    assert "brand-emblems.json" in err
