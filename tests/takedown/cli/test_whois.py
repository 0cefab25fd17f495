"""`lachan whois` and `lachan contacts`: one, many, by hand; what was killed is gone on with; nobody is asked twice."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from storage.db import open_engine, read_session, write_session
from storage.models import LookupDue, ServerTurn, Target
from tests.crawler.enrichment.registry_servers import Reply
from tests.crawler.enrichment.threaded_registry import registered, registry
from tests.takedown.cli.conftest import Run

NOWHERE = "*.example=127.0.0.1:9"
FAR = datetime(2099, 1, 1, tzinfo=UTC)
PASTE = """\
Tên miền: mau-thu.vn
Nhà đăng ký quản lý: Công ty TNHH Phần mềm Nhân Hòa
Ngày đăng ký: 02-11-2026
Một dòng lạ
"""


def point_to(monkeypatch: pytest.MonkeyPatch, address: str, interval: str = "0") -> None:
    monkeypatch.setenv("LACHAN_RDAP_BASE", f"http://{address}")
    monkeypatch.setenv("LACHAN_WHOIS_SERVER", "127.0.0.1:9")
    monkeypatch.setenv("LACHAN_EGRESS_ALLOW", address)
    monkeypatch.setenv("LACHAN_EGRESS_MAP", NOWHERE)
    monkeypatch.setenv("LACHAN_LOOKUP_INTERVAL", interval)


def picture(path: Path) -> Path:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    path.write_bytes(out.getvalue())
    return path


def test_a_look_up_is_recorded_and_names_whom_to_tell(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with registry(registered) as server:
        point_to(monkeypatch, server.address)
        code, out, _ = run("whois", "https://www.shop.example/x", "--json")
        found = json.loads(out)
        assert (code, found["domain"], found["registrar_id"]) == (0, "shop.example", "1586")
        assert found["statements"][0]["source"] == server.address
        code, out, _ = run("contacts", "www.shop.example", "--json")
        named = json.loads(out)["contacts"]
        assert (code, [(entry["role"], entry["recipient"]) for entry in named]) == (0, [("registrar", "matbao")])
        assert server.asked.count("/domain/shop.example") == 1  # the second was answered from what is kept
        code, out, _ = run("whois", "www.shop.example", "--en")
        assert "Registrar A" in out
        code, out, _ = run("whois", "history", "shop.example", "--json")
        assert len(json.loads(out)["records"]) == 3


def test_a_hosting_platform_is_the_one_to_tell_and_is_not_confirmed(run: Run) -> None:
    code, out, _ = run("contacts", "qua-tang.weebly.com", "--json")
    (named,) = json.loads(out)["contacts"]
    assert (code, named["role"], named["recipient"]) == (1, "platform", "weebly")
    assert [channel["usable"] for channel in named["channels"]] == [False]


def test_a_look_up_by_hand_gives_the_registrar(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_EGRESS_MAP", "mau-thu.vn=127.0.0.1:9")
    paste = tmp_path / "a.txt"
    paste.write_text(PASTE, "utf-8")
    words = ("--paste", str(paste), "--screenshot", str(picture(tmp_path / "a.png")), "--officer", "an", "--json")
    code, out, _ = run("whois", "record", "mau-thu.vn", *words)
    assert (code, json.loads(out)["unread"]) == (0, ["Một dòng lạ"])
    code, out, _ = run("contacts", "mau-thu.vn", "--json")
    assert [entry["recipient"] for entry in json.loads(out)["contacts"]] == ["nhanhoa", "vnnic"]
    code, _, err = run("whois", "record", "khac.vn", *words)
    assert code == 2
    assert "mau-thu.vn, không phải khac.vn" in err


@pytest.mark.parametrize(
    "words",
    [
        ("whois", "look"),
        ("whois", "a.example", "--file", "x"),
        ("whois", "???"),
        ("whois", "--file", "gone.txt"),
        ("contacts", "http://"),
    ],
)
def test_wrong_words_are_said_with_the_remedy(run: Run, words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.strip()


def test_a_list_has_a_state_for_every_name(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(path: str) -> Reply:
        return Reply(b"", 404) if "free" in path else registered(path)

    names = tmp_path / "names.txt"
    names.write_text("# a list\na.example\nhttps://b.example/x\nfree.example\nb.example\nmau.vn\n???\n", "utf-8")
    monkeypatch.setenv("LACHAN_EGRESS_MAP", NOWHERE)
    with registry(answer) as server:
        point_to(monkeypatch, server.address)
        monkeypatch.setenv("LACHAN_EGRESS_MAP", f"{NOWHERE},mau.vn=127.0.0.1:9")
        for _ in range(2):
            code, out, _ = run("whois", "--file", str(names), "--json")
            report = json.loads(out)
            assert code == 1  # one of the names is none
            assert (report["total"], report["done"], report["malformed"], report["waiting"]) == (5, 4, 1, 0)
            assert report["states"] == {"found": 2, "unregistered": 1, "no_public_service": 1}
        assert sorted(path for path in server.asked if "/domain/" in path) == [
            "/domain/a.example", "/domain/b.example", "/domain/free.example",
        ]  # fmt: skip


def test_a_throttled_name_is_tried_again_and_never_called_free(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.enrichment.bulk.ATTEMPTS", 1)
    names = tmp_path / "names.txt"
    names.write_text("a.example\n")
    with registry(lambda _: Reply(b"", 429)) as server:
        point_to(monkeypatch, server.address)
        _, out, _ = run("whois", "--file", str(names), "--json")
    assert json.loads(out)["states"] == {"throttled": 1}


def test_whoever_throttled_is_asked_again_when_it_is_time(
    run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [Reply(b"", 429), Reply(b"", 429)]

    def answer(path: str) -> Reply:
        return answers.pop() if answers and "/domain/" in path else registered(path)

    with registry(answer) as server:
        point_to(monkeypatch, server.address)
        for name in ("a.example", "b.example"):  # the second is not asked: the server is left alone
            run("whois", name)
        seen = len(server.asked)
        code, out, _ = run("whois", "due", "--json")
        assert (code, json.loads(out)) == (0, {"asked": 0, "settled": 0, "later": 2, "given_up": 0})
        assert len(server.asked) == seen
        assert "2 hosts wait" in run("doctor", "--en")[1]
        answers.clear()
        make_due(sqlite_url)
        code, out, err = run("whois", "due", "--en")
        assert code == 0
        assert out.startswith("2 hosts asked about again, 2 answered; 0 wait for their time, 0 need a person")
        assert "2/2 hosts" in err
        assert json.loads(run("whois", "due", "--json")[1])["asked"] == 0
    engine = open_engine(sqlite_url)
    with read_session(engine) as session:
        targets = {row.host: row.due_at for row in session.exec(select(Target))}
    engine.dispose()
    assert targets["a.example"] is not None
    assert targets["a.example"] < datetime.now(UTC)  # scored anew by the next sweep
    assert targets["c.example"] == FAR


def make_due(sqlite_url: str) -> None:
    """The pauses of both the host and the server are over; two sites wait for a far day."""
    engine = open_engine(sqlite_url)
    with write_session(engine) as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        for row in session.exec(select(LookupDue)):
            row.due_at = past
        for turn in session.exec(select(ServerTurn)):
            turn.paused_until = past
        for host in ("a.example", "c.example"):
            session.add(
                Target(url=f"https://{host}/", host=host, domain=host, purpose="sweep", created_at=past, due_at=FAR)
            )
        session.commit()
    engine.dispose()


@pytest.mark.slow
def test_a_killed_list_is_gone_on_with(sqlite_url: str, tmp_path: Path) -> None:
    total = 40
    names = tmp_path / "names.txt"
    names.write_text("".join(f"s{number}.example\n" for number in range(total)))
    with registry(registered) as server:
        environment = {
            **os.environ,
            "LACHAN_DATA_DIR": str(tmp_path),
            "LACHAN_DATABASE_URL": sqlite_url,
            "LACHAN_RDAP_BASE": f"http://{server.address}",
            "LACHAN_EGRESS_ALLOW": server.address,
            "LACHAN_EGRESS_MAP": NOWHERE,
            "LACHAN_LOOKUP_INTERVAL": "0.1",
        }
        command = [sys.executable, "-m", "takedown.cli", "whois", "--file", str(names), "--json"]
        first = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 90
        while len(server.asked) < 12 and time.monotonic() < deadline:
            time.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        first.wait(20)
        before = len(server.asked)
        assert 12 <= before < total
        second = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, timeout=150, check=False)
        report = json.loads(second.stdout)
        asked = Counter(path for path in server.asked if path.startswith("/domain/"))
    assert (report["done"], report["waiting"]) == (total, 0)
    assert len(asked) == total
    assert sum(asked.values()) <= total + 8  # at most those under way when the first run was killed
