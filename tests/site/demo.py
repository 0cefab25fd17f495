"""`make demo`: sweeps the local web through the real path and opens the desk on the queue that it leaves."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from crawler.config import Config
from storage.db import migrate, open_engine
from tests.site import desk
from tests.site.server import LocalWeb
from tests.timestamp_authority import TimestampAuthority

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var" / "demo"


def main() -> int:
    """Sweep, list, and say what to look at next; returns the exit code for `make`."""
    options = argparse.ArgumentParser(prog="python -m tests.site.demo", description=__doc__)
    options.add_argument("--keep", action="store_true", help="sweep again into the last demo's database")
    chosen = options.parse_args()
    if not chosen.keep:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with LocalWeb() as web, TimestampAuthority(FOLDER / "authority") as authority:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")},
            **web.environment,
            "LACHAN_DATA_DIR": str(FOLDER),
            "LACHAN_TIMESTAMP_URLS": authority.url,
            "LACHAN_TIMESTAMP_CA": str(authority.certificate),
            "LACHAN_EGRESS_ALLOW": f"{web.egress_allow},{authority.address}",
            "LACHAN_DELAY": "0.1",
            "LACHAN_FETCH_SECONDS": "5",  # two of the sample hosts are slow on purpose
            "LACHAN_LOG_LEVEL": "WARNING",
        }
        targets = FOLDER / "targets.csv"
        lines = [f"{url},0,,demo,\n" for url in web.targets]
        targets.write_text("url,priority,category,source,note\n" + "".join(lines), encoding="utf-8")
        say(f"Quét {len(lines)} trang mẫu trên máy này (không ra mạng ngoài)…")
        swept = lachan(environment, "sweep", "--seeds", str(targets), *(["--again"] if chosen.keep else []))
        if swept not in {0, 1}:  # the dead and slow hosts of the demo are faults that a sweep counts
            return swept
        return tour(environment)  # while the local web still answers: what the desk asks for is looked at


def tour(environment: dict[str, str]) -> int:
    """The queue, what to look at next, and the desk where somebody can stop it again."""
    say("")
    if not queue_length(environment):
        say("Hàng chờ trống, dù trong các trang mẫu có trang lừa đảo: có gì đó hỏng. Xem: .venv/bin/lachan doctor")
        return 1
    listed = lachan(environment, "cases")
    where = FOLDER.relative_to(ROOT)
    say("")
    say("Xem một vụ, kiểm tra và xuất chứng cứ:")
    for command in ("case 1", "evidence verify", "evidence export 1 -o bundle.zip", "rescore"):
        say(f"  LACHAN_DATA_DIR={where} .venv/bin/lachan {command}")
    people, address = hire(), desk.free_address()
    say("")
    say("Bàn làm việc trên web, mỗi vai một người; thông báo do người thứ hai duyệt:")
    say(desk.describe_people(people))
    if listed or not desk.is_watched():
        say(f"  LACHAN_DATA_DIR={where} .venv/bin/lachan serve --listen {address}")
        return listed
    say("")
    return desk.serve_until_stopped(environment, address, ROOT)


def hire() -> tuple[tuple[str, str, str], ...]:
    """The demo's people in the demo's database."""
    config = Config().model_copy(update={"data_dir": FOLDER, "database_url": ""})
    engine = open_engine(config.database, config.witness_file)
    try:
        migrate(engine)
        return desk.hire_people(engine)
    finally:
        engine.dispose()


def queue_length(environment: dict[str, str]) -> int:
    """How many cases the sweep left."""
    asked = [sys.executable, "-m", "takedown.cli", "cases", "--json"]
    return len(json.loads(subprocess.run(asked, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout))


def lachan(environment: dict[str, str], *words: str) -> int:
    """Run the real command, as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "takedown.cli", *words], env=environment, cwd=ROOT, check=False
    ).returncode


def say(line: str) -> None:
    """One line to the person who watches."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
