"""`lachan whois bootstrap`: IANA's tables are fetched anew whatever their age; a bad answer loses none that is."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.enrichment import address_bootstrap, bootstrap
from tests.crawler.enrichment.registry_servers import Reply
from tests.crawler.enrichment.test_bootstrap import WHOLE
from tests.crawler.enrichment.threaded_registry import registry
from tests.takedown.cli.conftest import Run

V4 = [[[f"{number}.0.0.0/8"], [f"https://rdap.rir{number}.example/"]] for number in range(1, 6)]
V6 = [[[f"2{number}00::/12"], [f"https://rdap.rir{number}.example/"]] for number in range(1, 6)]
GOOD = {
    "/dns.json": WHOLE,
    "/ipv4.json": json.dumps({"services": V4}).encode(),
    "/ipv6.json": json.dumps({"services": V6}).encode(),
}
COUNTS = {"dns": 401, "ipv4": 5, "ipv6": 5}


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_MEMORIES", {})
    for name in ("_KEPT", "_TRIED"):
        monkeypatch.setattr(address_bootstrap, name, {})
    monkeypatch.setattr("takedown.cli.whois_ask.REFRESH_SECONDS", 1.5)


def refreshed(run: Run, monkeypatch: pytest.MonkeyPatch, replies: dict[str, Reply]) -> tuple[int, dict[str, object]]:
    with registry(lambda path: replies.get(path, Reply(status=404))) as server:
        monkeypatch.setenv("LACHAN_RDAP_BOOTSTRAP", f"http://{server.address}/dns.json")
        monkeypatch.setenv("LACHAN_EGRESS_ALLOW", server.address)
        code, out, err = run("whois", "bootstrap", "--json")
        assert out, err
        return code, json.loads(out)


def test_all_three_tables_are_fetched_and_kept_whole(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refreshed(run, monkeypatch, {path: Reply(body) for path, body in GOOD.items()}) == (0, COUNTS)
    kept = {name: tmp_path / f"rdap-bootstrap{name}.json" for name in ("", "-ipv4", "-ipv6")}
    assert sorted(path.name for path in tmp_path.glob("*bootstrap*")) == sorted(path.name for path in kept.values())
    told = json.loads(kept["-ipv4"].read_text())
    assert told["registry"] == {"services": V4}
    now = datetime.fromisoformat(told["fetched_at"]) + timedelta(minutes=1)
    address_bootstrap._KEPT.clear()
    found = address_bootstrap._load(kept["-ipv4"], 4, now)
    assert found is not None
    assert [url for _, url in found.services] == [entry[1][0] for entry in V4]


@pytest.mark.parametrize(
    "bad",
    [
        Reply(b"<html>", content_type="text/html"), Reply(b"{}"), Reply(b'{"services": []}'), Reply(b"[" * 50_000),
        Reply(status=500), Reply(status=429), Reply(b" " * 65536, endless=True), Reply(b"{", pause=20),
        Reply(b'{"services": [[["com"], ["javascript:x"]]]}'),
    ],
    ids=["page", "nothing", "no-services", "nested", "500", "429", "huge", "slow", "strange"],
)  # fmt: skip
def test_a_bad_answer_is_named_and_the_tables_that_are_there_stay(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: Reply
) -> None:
    for name in ("", "-ipv4", "-ipv6"):
        (tmp_path / f"rdap-bootstrap{name}.json").write_text("kept")
    code, told = refreshed(run, monkeypatch, dict.fromkeys(GOOD, bad) | {"/ipv6.json": Reply(GOOD["/ipv6.json"])})
    assert (code, told["ipv6"]) == (1, 5)  # one that came is not lost with the others
    assert all(isinstance(told[name], str) and told[name] for name in ("dns", "ipv4")), told
    assert [(tmp_path / f"rdap-bootstrap{name}.json").read_text() for name in ("", "-ipv4")] == ["kept", "kept"]
    assert not list(tmp_path.glob(".rdap-bootstrap*"))
