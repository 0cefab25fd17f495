"""Doctor ends in a list whatever is broken, and each thing that is missing comes with its remedy."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.db import open_engine, write_session
from storage.models import Assessment, Observation, Target
from takedown.cli.checks import Check, Health, guarded

NOW = datetime.now(UTC)
Run = Callable[..., tuple[int, str, str]]


def found(run: Run) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(run("doctor", "--json")[1])}


def test_every_check_reports(run: Run) -> None:
    checks = found(run)
    named = {
        "python",
        "clock",
        "fonts",
        "openssl",
        "tesseract",
        "settings",
        "database",
        "evidence store",
        "witness",
        "browser",
        "seeds",
        "personal data",
        "sign-in provider",
    }
    waiting = {"time-stamps", "targets", "pending time-stamps", "intake", "look-ups", "owners", "search"}
    assert named | waiting == checks.keys()
    assert checks["python"]["health"] == checks["database"]["health"] == checks["seeds"]["health"] == "ok"
    assert all(check["health"] in set(Health) for check in checks.values())


def test_what_waits_is_counted(run: Run, sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with write_session(engine) as session:
        place = {"url": "https://a.example/", "host": "a.example", "domain": "a.example"}
        lease = {"lease_owner": "gone", "lease_until": NOW - timedelta(hours=1), "attempts": 5}
        session.add(Target(**place, purpose="sweep", created_at=NOW, **lease))
        session.add(
            Observation(
                **place,
                vantage="fetch",
                outcome="read",
                observed_at=NOW,
                manifest_digest="a",
                timestamp_state="pending",
            )
        )
        session.add(Assessment(**place, assessed_at=NOW, level="clean", points=0, probability=0, rule_set="a"))
        session.commit()
    engine.dispose()
    checks = found(run)
    assert "1 with a lease that ran out, 0 held by a process that ended, 1 that failed" in checks["targets"]["found"]
    assert checks["pending time-stamps"]["remedy"] == "lachan evidence stamp"
    assert checks["intake"]["found"].startswith("1 assessments wait")


def test_an_unreachable_database_is_a_finding(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_DATABASE_URL", "postgresql+psycopg://nobody:secret@127.0.0.1:1/none")
    code, out, _ = run("doctor", "--json")
    (database,) = [check for check in json.loads(out) if check["name"] == "database"]
    assert code == 1
    assert database["health"] == "fail"
    assert "LACHAN_DATABASE_URL" in database["found"] + database["remedy"]
    assert "secret" not in out


def test_a_missing_database_or_evidence_folder_is_no_fault_and_is_not_made(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'x.sqlite'}")
    monkeypatch.setenv("LACHAN_ARTIFACTS_URL", f"file://{tmp_path / 'new' / 'evidence'}")
    checks = found(run)
    assert checks["database"]["health"] == checks["evidence store"]["health"] == "warn"
    assert not (tmp_path / "new").exists()


def test_an_unknown_setting_is_a_finding_and_stops_the_rest(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_DELAI", "1")
    code, out, _ = run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(out)}
    assert code == 1
    assert "did you mean LACHAN_DELAY?" in checks["settings"]["found"]
    assert "database" not in checks


def test_without_a_browser_the_sweep_still_works(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_BROWSER", "off")
    assert found(run)["browser"]["health"] == "warn"
    monkeypatch.setenv("LACHAN_BROWSER", "/no/such/chromium")
    browser = found(run)["browser"]
    assert browser["health"] == "fail"
    assert "apt-get install chromium" in browser["remedy"]


def test_a_person_reads_one_line_a_check(run: Run) -> None:
    _, out, _ = run("doctor", "--en")
    assert "✓ python" in out
    assert " ok, " in out.splitlines()[-1]


def test_a_check_that_comes_to_grief_is_itself_a_finding() -> None:
    def bad() -> Check:
        raise RuntimeError("boom")

    assert guarded("x", bad, "mend it") == Check(
        "x", Health.FAIL, "RuntimeError: boom", "mend it", "RuntimeError: boom", "mend it"
    )


def test_leases_of_a_process_that_was_killed_are_told_though_they_still_run(run: Run, sqlite_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from crawler.frontier import new_owner; print(new_owner())"],
        stdout=subprocess.PIPE,
        text=True,
    ) as ended:
        owner = (ended.communicate()[0]).strip()
    engine = open_engine(sqlite_url)
    with write_session(engine) as session:
        for number in range(2):
            place = {"url": f"https://{number}.example/", "host": f"{number}.example", "domain": f"{number}.example"}
            lease = {"lease_owner": owner, "lease_until": NOW + timedelta(days=9), "attempts": 1}
            session.add(Target(**place, purpose="sweep", created_at=NOW, **lease))
        session.commit()
    engine.dispose()
    told = found(run)["targets"]
    assert (told["health"], "2 held by a process that ended" in told["found"]) == ("warn", True)


VIETNAMESE = set("ăâđêôơưàáạảãèéẹẻẽìíịỉĩòóọỏõùúụủũỳýỵỷỹấầậẩẫắằặẳẵếềệểễốồộổỗớờợởỡứừựửữ")


def test_a_person_is_told_in_one_language(run: Run) -> None:
    vietnamese, english = run("doctor")[1], run("doctor", "--en")[1]
    assert not set(english.lower()) & VIETNAMESE
    named = {"cơ sở dữ liệu", "trình duyệt", "hạt giống", "mục tiêu", "vào hàng chờ", "dấu thời gian"}
    assert all(name in vietnamese for name in named)
    for words in ("wait", "known", "there", "entries", "nothing", "every", "GB free", "run sweeps"):
        assert words not in vietnamese, words
