"""The check for «down» through the real crawler: the desk asks, the crawler visits and seals, the desk judges."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from storage.db import migrate, open_engine, read_session, write_session
from storage.models import Case, Observation, Target, Verification
from takedown.watching import start_watch
from tests.site.server import LocalWeb
from tests.takedown.desk import open_case
from tests.test_sweep import lachan, plain

CONTROL = "https://gom-nha-minh.example/"
GONE = "da-go-bo.example"


@pytest.mark.browser
def test_a_removed_page_is_judged_by_two_vantages_and_closes_only_over_time(tmp_path: Path) -> None:
    try:
        find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(f"no browser: {error}")
    engine = open_engine(f"sqlite:///{tmp_path / 'lachan.sqlite'}")
    migrate(engine)
    from takedown.lifecycle import CaseState

    number = open_case(engine, GONE, CaseState.WAITING)
    with write_session(engine) as session:
        session.get_one(Case, number).url = f"http://{GONE}/"
        start_watch(session, number, now=datetime.now(UTC))
        session.commit()
    with LocalWeb() as web:
        environment = plain(web, tmp_path, LACHAN_BROWSER="auto", LACHAN_CONTROL_URL=CONTROL)
        first = lachan(environment, "verify", str(number), "--json")
        assert first.returncode == 0, first.stderr
        assert json.loads(first.stdout)["report"]["judged"] == [number]
        with write_session(engine) as session:
            (word,) = session.exec(select(Verification)).all()
            assert (word.verdict, word.acted) == ("removed", "owner_or_host"), word.reason
            visits = session.exec(select(Observation).where(col(Observation.id).in_(word.observations))).all()
            assert {visit.vantage for visit in visits} == {"fetch", "phone", "desktop"}
            assert all(visit.manifest_digest for visit in visits)
            assert all(target.due_at is None for target in session.exec(select(Target)))
            word.at -= timedelta(hours=21)  # the next round comes a day later
            session.commit()
        second = lachan(environment, "verify", str(number), "--json")
        assert json.loads(second.stdout)["report"]["down"] == [number]
    with read_session(engine) as session:
        assert session.get_one(Case, number).state == "down"
    engine.dispose()
