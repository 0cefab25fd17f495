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
from takedown.lifecycle import CaseState
from takedown.watching import start_watch
from tests.crawler.enrichment.registry_servers import Reply
from tests.crawler.enrichment.threaded_registry import registered, registry
from tests.site.server import LocalWeb
from tests.takedown.desk import open_case
from tests.test_sweep import lachan, plain

CONTROL = "https://gom-nha-minh.example/"
GONE = "da-go-bo.example"


@pytest.fixture(autouse=True)
def _browser() -> None:
    try:
        find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(f"no browser: {error}")


def on_hold(path: str) -> Reply:
    """A registry that took every name out of the DNS."""
    if not path.startswith("/domain/"):
        return Reply(b"{}", status=404)
    body = json.loads(registered(path).body)
    return Reply(json.dumps({**body, "status": ["server hold"]}).encode())


@pytest.mark.browser
def test_a_name_that_the_registry_took_away_is_asked_about_anew(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'lachan.sqlite'}")
    migrate(engine)
    number = open_case(engine, "bi-giu.example", CaseState.WAITING)
    with LocalWeb() as web, registry(on_hold) as asked:
        environment = plain(
            web,
            tmp_path,
            LACHAN_BROWSER="auto",
            LACHAN_ENRICH="true",
            LACHAN_RDAP_BASE=f"http://{asked.address}",
            LACHAN_EGRESS_ALLOW=f"{web.egress_allow},{asked.address}",
            LACHAN_CONTROL_URL=CONTROL,
        )
        done = lachan(environment, "verify", str(number), "--json")
        assert done.returncode in {0, 1}, done.stderr
        assert asked.asked == ["/domain/bi-giu.example"]  # not about the control page, which is up
    with read_session(engine) as session:
        (word,) = session.exec(select(Verification)).all()
        assert (word.verdict, word.acted) == ("dns_hold", "registrar"), word.reason
    engine.dispose()


@pytest.mark.browser
def test_a_removed_page_is_judged_by_two_vantages_and_closes_only_over_time(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'lachan.sqlite'}")
    migrate(engine)
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
