"""The main job, end to end: the real command sweeps the local web, seals what it saw and leaves a queue."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from crawler.config import Config
from crawler.detection.score import Level
from crawler.lock import SweepLock
from crawler.reading.job import LIGHT_TAGS
from crawler.rendering.browser import find_browser
from crawler.stop_signals import ONE_PRESS_SECONDS
from storage.db import open_engine, read_session
from storage.models import Observation
from tests.site.server import Expectation, LocalWeb
from tests.timestamp_authority import TimestampAuthority

HEADER = "url,priority,category,source,note\n"


@dataclass(frozen=True)
class Swept:
    """A finished sweep over every sample site."""

    web: LocalWeb
    environment: dict[str, str]
    summary: dict[str, Any]
    report: dict[str, dict[str, Any]]
    exit_code: int


def lachan(environment: dict[str, str], *words: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "takedown.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout, check=False)


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")}


def plain(web: LocalWeb, folder: Path, **settings: str) -> dict[str, str]:
    """Settings for a sweep without browser, look-ups or time-stamps."""
    return {
        **clean_environment(),
        **web.environment,
        "LACHAN_DATA_DIR": str(folder),
        "LACHAN_BROWSER": "off",
        "LACHAN_ENRICH": "false",
        "LACHAN_TIMESTAMP_URLS": "",
        "LACHAN_DELAY": "0",
        **settings,
    }


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    try:
        find_browser("auto")
    except Exception as error:  # whatever the reason, it is the reason to skip
        pytest.skip(f"no browser: {error}")
    folder = tmp_path_factory.mktemp("sweep")
    with LocalWeb() as web, TimestampAuthority(folder / "authority") as authority:
        environment = {
            **plain(web, folder / "data"),
            "LACHAN_BROWSER": "auto",
            "LACHAN_ENRICH": "true",
            "LACHAN_FETCH_SECONDS": "4",
            "LACHAN_TIMESTAMP_URLS": authority.url,
            "LACHAN_TIMESTAMP_CA": str(authority.certificate),
            "LACHAN_EGRESS_ALLOW": f"{web.egress_allow},{authority.address}",
        }
        seeds, report = folder / "seeds.csv", folder / "report.ndjson"
        seeds.write_text(HEADER + "".join(f"{url},0,,,\n" for url in web.targets), "utf-8")
        done = lachan(environment, "sweep", "--seeds", str(seeds), "--report", str(report), "--json")
        assert done.returncode in {0, 1}, done.stderr[-3000:]
        lines = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
        yield Swept(web, environment, json.loads(done.stdout), {line["url"]: line for line in lines}, done.returncode)


def expectations(label: str) -> list[Any]:
    return [pytest.param(each, id=each.name) for each in LocalWeb().expectations if each.label == label]


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize("expected", expectations("fraud"))
def test_a_fraud_is_found(swept: Swept, expected: Expectation) -> None:
    line = swept.report[expected.url]
    assert Level(line["level"]).at_least(Level(expected.level_floor)), line["rules"]
    assert line["sealed"], "what is flagged is sealed"


@pytest.mark.parametrize("expected", expectations("honest"))
def test_an_honest_site_is_left_alone(swept: Swept, expected: Expectation) -> None:
    line = swept.report[expected.url]
    assert line["outcome"] == "read"
    assert not Level(line["level"]).at_least(Level.SUSPICIOUS), line["rules"]


@pytest.mark.parametrize("expected", expectations("state"))
def test_a_state_is_named_and_never_taken_for_clean(swept: Swept, expected: Expectation) -> None:
    line = swept.report[expected.url]
    assert line["outcome"] == expected.outcome, line["reason"]
    if line["outcome"] != "read":
        assert line["level"] == "unknown"


def test_faults_are_counted_and_told_apart_by_the_exit_code(swept: Swept) -> None:
    failed = [line for line in swept.report.values() if line["state"] == "failed"]
    assert swept.exit_code == 1
    assert swept.summary["failed"] == len(failed) > 0
    assert all(line["reason"] for line in failed)
    assert swept.summary["recorded"] == len(swept.web.targets)


def test_the_queue_holds_each_flagged_site_once(swept: Swept) -> None:
    cases = json.loads(lachan(swept.environment, "cases", "--json", "--limit", "200").stdout)
    rows = cases["cases"] if isinstance(cases, dict) else cases
    hosts = [row["host"] for row in rows]
    flagged = {line["host"] for line in swept.report.values() if Level(line["level"]).at_least(Level.SUSPICIOUS)}
    assert len(hosts) == len(set(hosts))
    assert set(hosts) == flagged


def test_all_evidence_verifies_and_is_time_stamped(swept: Swept) -> None:
    done = lachan(swept.environment, "evidence", "verify")
    assert done.returncode == 0, done.stdout[-2000:]
    assert pending_stamps(swept.environment["LACHAN_DATA_DIR"]) == 0


def pending_stamps(folder: str) -> int:
    with read_session(open_engine(Config(data_dir=Path(folder)).database)) as session:
        states = session.exec(select(Observation.timestamp_state).where(Observation.manifest_digest != "")).all()
    assert "stamped" in states
    return states.count("pending")


def test_a_redirect_leads_to_the_site_that_is_judged(swept: Swept) -> None:
    site = next(each for each in swept.web.sites if each.category == "redirect")
    line = swept.report[site.url]
    assert line["host"] != site.hosts[0]


def test_rescoring_with_the_same_rules_changes_nothing(swept: Swept) -> None:
    done = lachan(swept.environment, "rescore", "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert report["read"] > 0
    assert report["changes"] == [], report["changes"]


def test_a_second_sweep_adds_to_the_case_it_opened(tmp_path: Path) -> None:
    with LocalWeb(kinds=["fraud"]) as web:
        environment = plain(web, tmp_path)
        target = next(site.url for site in web.sites if site.name == "ctv-chot-don")
        assert lachan(environment, "sweep", target).returncode == 0
        assert lachan(environment, "sweep", target).returncode == 0
        case = json.loads(lachan(environment, "case", "1", "--json").stdout)
        cases = json.loads(lachan(environment, "cases", "--json").stdout)
    kinds = [event["kind"] for event in case["history"]]
    assert kinds.count("opened") == 1
    assert kinds.count("seen_again") == 1
    assert len(cases["cases"] if isinstance(cases, dict) else cases) == 1


def test_robots_txt_is_obeyed_recorded_and_overridden_by_the_setting(tmp_path: Path) -> None:
    with LocalWeb(kinds=["state"]) as web:
        site = next(site for site in web.sites if "robots" in site.outcome)
        seeds = tmp_path / "seeds.csv"
        seeds.write_text(f"{HEADER}{site.url},0,,,\n", "utf-8")
        report = tmp_path / "report.ndjson"
        obeyed = lachan(plain(web, tmp_path / "a"), "sweep", "--seeds", str(seeds), "--report", str(report))
        line = json.loads(report.read_text("utf-8"))
        assert (obeyed.returncode, line["outcome"], line["level"]) == (0, "robots_disallowed", "unknown")
        assert web.touched(site.hosts[0], "/") == 0
        recorded = plain(web, tmp_path / "b", LACHAN_ROBOTS="record")
        lachan(recorded, "sweep", "--seeds", str(seeds), "--report", str(report))
        assert json.loads(report.read_text("utf-8"))["outcome"] == "read"


def test_a_private_address_is_refused_whatever_its_spelling(tmp_path: Path) -> None:
    with LocalWeb(kinds=["state"]) as web:
        port = web.address.partition(":")[2]
        targets = [f"http://127.0.0.1:{port}/", "http://2130706433/", "http://[::ffff:7f00:1]/", "http://0x7f.1/"]
        environment = plain(web, tmp_path / "data", LACHAN_EGRESS_ALLOW="", LACHAN_EGRESS_MAP="")
        report = tmp_path / "report.ndjson"
        done = lachan(environment, "sweep", *targets, "--report", str(report), "--json")
        touches = sum(web.touches.values())
    outcomes = [json.loads(line)["outcome"] for line in report.read_text("utf-8").splitlines()]
    assert touches == 0
    assert outcomes, done.stderr
    assert set(outcomes) == {"egress_refused"}
    assert done.stderr.count('"event": "target failed"') == len(outcomes), "without a report each is named too"


def test_a_sweep_that_runs_keeps_a_second_one_out(tmp_path: Path) -> None:
    with LocalWeb(kinds=["honest"]) as web, SweepLock(tmp_path / "sweep.lock"):
        done = lachan(plain(web, tmp_path), "sweep", web.targets[0])
    assert done.returncode == 5
    assert str(os.getpid()) in done.stdout + done.stderr


def test_what_makes_a_sweep_impossible_is_said_with_its_own_exit_code(tmp_path: Path) -> None:
    with LocalWeb(kinds=["honest"]) as web:
        no_browser = plain(web, tmp_path / "a", LACHAN_BROWSER=str(tmp_path / "chromium"))
        no_database = plain(web, tmp_path / "b", LACHAN_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
        (tmp_path / "file").write_text("")
        no_folder = plain(web, tmp_path / "file")
        for environment, code in ((no_browser, 3), (no_database, 3), (no_folder, 2)):
            done = lachan(environment, "sweep", web.targets[0])
            assert done.returncode == code, done.stderr
            assert "Traceback" not in done.stderr
            told = [line for line in done.stderr.splitlines() if '"event": "the sweep broke off"' in line]
            assert len(told) == (code == 3), "a log that is all that is kept says why"


def test_where_nothing_usable_is_named_nothing_is_begun_and_the_log_is_structured(tmp_path: Path) -> None:
    environment = {**clean_environment(), "LACHAN_DATA_DIR": str(tmp_path), "LACHAN_BROWSER": "off"}
    done = lachan({**environment, "LACHAN_LOG_LEVEL": "DEBUG"}, "sweep", "nonsense word", "--json")
    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["exit_code"], summary["named"], len(summary["problems"])) == (1, 1, 0, 1)
    assert any("nonsense word" in event for event in events)
    assert not any("Spider opened" in event for event in events)


def test_a_report_that_cannot_be_written_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    with LocalWeb(kinds=["honest"]) as web:
        done = lachan(plain(web, tmp_path / "data"), "sweep", web.targets[0], "--report", "/nonexistent/out.ndjson")
        assert done.returncode == 2
        assert "--report" in done.stdout + done.stderr
        assert not web.touches


def test_ctrl_c_ends_in_good_order_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with LocalWeb(kinds=["honest", "fraud"]) as web:
        environment = plain(web, tmp_path / "data", LACHAN_DELAY="1", LACHAN_CONCURRENT_SITES="4")
        seeds = tmp_path / "seeds.csv"
        seeds.write_text(HEADER + "".join(f"{url},0,,,\n" for url in web.targets), "utf-8")
        command = [sys.executable, "-m", "takedown.cli", "sweep", "--seeds", str(seeds), "--json"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as sweep:
            while sum(web.touches.values()) < 8:
                assert sweep.poll() is None
                time.sleep(0.05)
            sweep.send_signal(signal.SIGINT)
            output, _ = sweep.communicate(timeout=60)
        assert sweep.returncode == 4
        first = json.loads(output)
        assert 0 < first["recorded"] < len(web.targets)
        assert first["still_due"] >= len(web.targets) - first["recorded"], "what was seen by halves is among them"
        again = lachan({**environment, "LACHAN_DELAY": "0"}, "sweep", "--seeds", str(seeds), "--json")
        assert again.returncode == 0
        assert json.loads(again.stdout)["recorded"] == first["still_due"]


def test_an_upgrade_in_the_midst_ends_the_sweep_by_name_and_costs_no_target_its_turn(tmp_path: Path) -> None:
    home = Path(__file__).parents[1]
    for package in ("crawler", "takedown", "storage", "seeds"):
        shutil.copytree(home / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    heavy = b"<title>N\xe1\xba\xb7ng</title><p>Xin ch\xc3\xa0o</p>" + b"<br>" * (LIGHT_TAGS + 1)
    with LocalWeb.from_pages({f"shop-{number}.example": heavy for number in range(3)}) as web:
        environment = {**plain(web, tmp_path / "data", LACHAN_DELAY="3"), "PYTHONPATH": str(tmp_path)}
        command = [sys.executable, "-m", "takedown.cli", "sweep", *web.targets, "--json"]
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as sweep:
            while not sum(web.touches.values()) and sweep.poll() is None:
                time.sleep(0.02)
            with (tmp_path / "crawler" / "reading" / "job.py").open("a") as code:  # the pages come 3 s after robots.txt
                code.write("\nNEWER = True\n")
            output, errors = sweep.communicate(timeout=120)
        ended = json.loads(output)
        assert (sweep.returncode, ended["recorded"], ended["failed"], ended["unrecorded"]) == (3, 0, 0, 0), errors
        assert "the program was upgraded" in ended["broken"]
        assert "Traceback" not in errors.decode()
        again = subprocess.run(
            [*command[:4], "--due", "--json"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert (again.returncode, json.loads(again.stdout)["recorded"]) == (0, 3), "every target had stayed due"


LOCK_AT_THE_END = """
import sys
import takedown.cli.sweep as command
from crawler.config import Config
from crawler.lock import AlreadyRunningError, SweepLock
from takedown.cli import main

def leave(summary, code, end=command.leave):
    try:
        SweepLock(Config().data_dir / "sweep.lock").__enter__()
    except AlreadyRunningError:
        print("the lock is held", file=sys.stderr, flush=True)
    end(summary, code)

command.leave = leave
main(sys.argv[1:])
"""


def test_ctrl_c_twice_ends_at_once_with_the_summary(tmp_path: Path) -> None:
    with LocalWeb(kinds=["honest"]) as web:
        environment = plain(web, tmp_path / "data", LACHAN_DELAY="600", LACHAN_CONCURRENT_SITES="4")
        command = [sys.executable, "-c", LOCK_AT_THE_END, "sweep", *web.targets, "--json"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sweep:
            while not sum(web.touches.values()):
                assert sweep.poll() is None
                time.sleep(0.05)
            sweep.send_signal(signal.SIGINT)
            assert sweep.stderr is not None
            while b"again to stop at once" not in sweep.stderr.readline():
                pass
            time.sleep(2 * ONE_PRESS_SECONDS)  # no person presses sooner
            sweep.send_signal(signal.SIGINT)
            output, errors = sweep.communicate(timeout=100)  # nobody waited for the next page of a slow site
        summary = json.loads(output)
        assert (sweep.returncode, summary["exit_code"], summary["cut_off"], summary["intake"]) == (4, 4, True, None)
        assert b"the lock is held" in errors, "as long as threads are at work"
        assert summary["still_due"] == len(web.targets) - summary["recorded"] > 0
        again = lachan({**environment, "LACHAN_DELAY": "0"}, "sweep", "--due", "--json")
        assert json.loads(again.stdout)["recorded"] == summary["still_due"]


SLOW_START = """
import sys, time
import crawler.sweep
from takedown.cli import main

def check_machine(config):
    print("checking", file=sys.stderr, flush=True)
    time.sleep(60)

crawler.sweep.check_machine = check_machine
main(sys.argv[1:])
"""


def test_a_stop_before_the_first_target_ends_the_sweep_with_its_summary(tmp_path: Path) -> None:
    environment = {**clean_environment(), "LACHAN_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", SLOW_START, "sweep", "shop.example", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sweep:
        assert sweep.stderr is not None
        assert sweep.stderr.readline() == b"checking\n"
        sweep.send_signal(signal.SIGTERM)
        output, errors = sweep.communicate(timeout=30)
    summary = json.loads(output)
    assert (sweep.returncode, summary["exit_code"], summary["recorded"], summary["still_due"]) == (4, 4, 0, None)
    assert b"Traceback" not in errors


def test_a_stop_while_the_last_time_stamps_are_asked_for_keeps_the_summary(tmp_path: Path) -> None:
    with LocalWeb(kinds=["fraud"]) as web, TimestampAuthority(tmp_path / "authority") as authority:
        authority.answering.clear()
        environment = plain(
            web,
            tmp_path / "data",
            LACHAN_TIMESTAMP_URLS=authority.url,
            LACHAN_TIMESTAMP_CA=str(authority.certificate),
            LACHAN_EGRESS_ALLOW=f"{web.egress_allow},{authority.address}",
        )
        target = next(site.url for site in web.sites if site.name == "ctv-chot-don")
        command = [sys.executable, "-m", "takedown.cli", "sweep", target, "--json"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sweep:
            assert authority.asked.wait(60)
            sweep.send_signal(signal.SIGTERM)
            assert sweep.stderr is not None
            while b"again to stop at once" not in sweep.stderr.readline():
                assert sweep.poll() is None
            authority.answering.set()
            output, errors = sweep.communicate(timeout=60)
    summary = json.loads(output)
    assert summary["recorded"] == 1, errors.decode()[-2000:]
    assert summary["intake"]["opened"] == 1, "what was found is in the queue"
    # 4 where the question was put beside the crawl, which the stop then ended; 0 where all else was done
    assert sweep.returncode == summary["exit_code"]
    assert sweep.returncode in {0, 4}


def test_a_sweep_that_runs_out_of_time_says_so_and_leaves_the_rest(tmp_path: Path) -> None:
    with LocalWeb() as web:
        environment = plain(web, tmp_path, LACHAN_CONCURRENT_SITES="1", LACHAN_DELAY="3")
        done = lachan(environment, "sweep", *web.targets, "--max-seconds", "1", "--json")
        summary = json.loads(done.stdout)
        assert done.returncode in {0, 1}
        assert summary["out_of_time"] is True
        assert summary["still_due"] >= len(web.targets) - summary["recorded"] > 0
        told = lachan(environment, "sweep", *web.targets, "--max-seconds", "1", "--en").stdout
        assert "are left to the next run" in told


def test_a_bad_seed_line_costs_only_itself(tmp_path: Path) -> None:
    with LocalWeb(kinds=["honest"]) as web:
        seeds = tmp_path / "seeds.csv"
        seeds.write_text(f"{HEADER}{web.targets[0]},0,,,\njavascript:alert(1),0,,,\n", "utf-8")
        done = lachan(plain(web, tmp_path / "data"), "sweep", "--seeds", str(seeds), "--json")
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["recorded"]) == (1, 1)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert not [line for line in told if line["level"] == "debug" or line["logger"].startswith("alembic")]
    assert f"{seeds}:3" in summary["problems"][0]


def test_the_same_job_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with LocalWeb(kinds=["fraud"]) as web:
        environment = plain(web, tmp_path, LACHAN_DATABASE_URL=postgres_url)
        targets = [site.url for site in web.sites if site.name in {"ctv-chot-don", "vcb-xac-thuc"}]
        done = lachan(environment, "sweep", *targets, "--json")
        assert done.returncode == 0, done.stderr[-2000:]
        cases = json.loads(lachan(environment, "cases", "--json").stdout)
        assert len(cases["cases"] if isinstance(cases, dict) else cases) == 2
        assert lachan(environment, "evidence", "verify").returncode == 0
        assert json.loads(lachan(environment, "rescore", "--json").stdout)["changes"] == []
    assert not (tmp_path / "lachan.sqlite").exists()


FAULT = """
import sys
from pathlib import Path
from crawler.config import Config
from crawler.sweep import SweepRequest, run_sweep
from storage.errors import DatabaseUnavailableError
import crawler.extensions.workbench, crawler.pipelines.seal, crawler.pipelines.store, crawler.spiders.sites

def fail(error):
    def raise_it(*arguments, **named):
        raise error
    return raise_it

{patch}
print(int(run_sweep(Config(), SweepRequest(targets=tuple(sys.argv[1:]), progress=False)).exit_code))
"""


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ('crawler.spiders.sites.visit_from_response = fail(RuntimeError("reading"))', 1),
        ('crawler.pipelines.store.record_examination = fail(RuntimeError("recording"))', 1),
        (
            (
                'crawler.pipelines.store.record_examination = fail(RuntimeError("recording"))\n'
                'crawler.extensions.workbench.record_outcome = fail(DatabaseUnavailableError("gone", "mất"))'
            ),
            3,
        ),
        ('crawler.extensions.workbench.lease_due = fail(DatabaseUnavailableError("gone", "mất"))', 3),
    ],
    ids=["reading", "recording", "recording and settling", "leasing"],
)
def test_a_fault_of_our_own_neither_hangs_the_sweep_nor_passes_for_success(
    tmp_path: Path, patch: str, code: int
) -> None:
    with LocalWeb(kinds=["honest"]) as web:
        command = [sys.executable, "-c", FAULT.replace("{patch}", patch), *web.targets[:3]]
        environment = plain(web, tmp_path)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == [str(code)], done.stderr[-2000:]
