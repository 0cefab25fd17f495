"""A hundred thousand cases as some years leave them, put into a database in bulk."""

import random
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Engine, Table, func, insert, select, text
from sqlmodel import SQLModel

from storage.db import write_session
from storage.models import Assessment, Case, CaseEvent, CaseIndicator, Notice, Observation, ObservationFile
from storage.search import rebuild
from takedown.levels import LADDER
from takedown.lifecycle import CaseState
from tests.bench.names import make_names

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
KINDS = ("fake_shop", "phishing", "investment", "loan", "job")
_STATES = ["new"] * 15 + ["in_review"] * 2 + ["confirmed", "waiting", "down"] * 5 + ["false_positive"] * 8 + ["closed"]
_TITLES = ("Xả kho giảm giá 90%", "Đăng nhập tài khoản ngân hàng", "Việc nhẹ lương cao", "Vay nhanh 5 phút", "Nạp rút")
_VISITED_OFTEN = 50  # one case in so many was looked at for weeks
_PER_TURN = 5_000
Rows = dict[type[SQLModel], list[dict[str, Any]]]


def is_filled(engine: Engine, count: int) -> bool:
    """Whether an earlier run left so many cases here; any other number of them is no database to measure in."""
    with engine.connect() as connection:
        found = connection.execute(select(func.count()).select_from(_table(Case))).scalar_one()
    if found not in {0, count}:
        raise SystemExit(f"the database holds {found} cases, not {count}: name an empty one")
    return bool(found)


def fill(engine: Engine, count: int) -> None:
    """Cases, most of them done; each has an assessment, visits with pictures, an account, a phone, a history; of
    those that were told, a notice."""
    chance, hosts = random.Random(11), make_names(count)
    with write_session(engine) as session:
        for start in range(1, count + 1, _PER_TURN):
            numbers = range(start, min(start + _PER_TURN, count + 1))
            rows: Rows = defaultdict(list)
            for number in numbers:
                _add_case(rows, chance, number, f"{number:x}-{hosts[number - 1]}")
            for model in (Assessment, Observation, ObservationFile, Case, CaseIndicator, CaseEvent, Notice):
                session.execute(insert(_table(model)), rows[model])
            print(f"{engine.dialect.name}: {numbers[-1]:,} of {count:,} cases made", file=sys.stderr, flush=True)
        rebuild(session.connection())
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))  # as the server does by itself in time; SQLite never does


def _add_case(rows: Rows, chance: random.Random, number: int, host: str) -> None:
    level, state = chance.choices(LADDER[-4:], (50, 30, 15, 5))[0], chance.choice(_STATES)
    points, at = round(chance.uniform(0, 10), 1), NOW - timedelta(minutes=chance.randrange(500_000))
    site = {"url": f"https://{host}/", "host": host, "domain": host}
    judged = {"level": level, "points": points}
    assessed = {"assessed_at": at, "probability": 0.9, "rule_set": "bench", "signals": _signals()}
    rows[Assessment].append(_whole(Assessment, id=number, **assessed, **judged, **site))
    _add_visits(rows, number, at, site)
    own = {"assignee": "an"} if chance.random() < 0.02 else {}
    due = at + timedelta(days=3) if CaseState(state).is_open and chance.random() < 0.25 else None
    told = {"title": f"{chance.choice(_TITLES)} {number}", "category": chance.choice(KINDS), "state": state}
    moved_at = min(at + timedelta(hours=chance.randrange(1, 400)), NOW)
    down_at = moved_at if state in {"down", "closed"} else None
    times = {"opened_at": at, "updated_at": at, "due_at": due, "down_at": down_at}
    rows[Case].append(_whole(Case, id=number, assessment_id=number, **told, **times, **own, **judged, **site))
    for kind, value in (("bank_account", f"970436:{number:010}"), ("phone", f"+849{number:08}")):
        entry = {"kind": kind, "value": value, "first_at": at}
        rows[CaseIndicator].append(_whole(CaseIndicator, case_id=number, **entry))
    moves = {"opened": {"host": host}, "transition": {"from": "new", "to": state}}
    for (kind, detail), moment in zip(moves.items(), (at, moved_at), strict=True):
        rows[CaseEvent].append(_whole(CaseEvent, case_id=number, kind=kind, detail=detail, at=moment, actor="an"))
    if state in {"waiting", "down", "closed"}:
        _add_notice(rows, chance, number, at)


def _add_notice(rows: Rows, chance: random.Random, number: int, at: datetime) -> None:
    told = f"host-{chance.randrange(40)}"
    words = {"kind": "first", "act": "report", "channel": "email", "prepared_by": "an", "body": "Kính gửi " * 80}
    names = {"recipient_id": told, "recipient_name": told.title(), "key": f"{number}:{told}", "token": f"LC-{number}"}
    times = {"prepared_at": at, "sent_at": at, "due_at": at + timedelta(days=2)}
    came = {"state": "answered", "answered_at": at + timedelta(hours=5)} if chance.random() < 0.6 else {"state": "sent"}
    rows[Notice].append(_whole(Notice, case_id=number, **words, **names, **times, **came))


def _add_visits(rows: Rows, number: int, at: datetime, site: dict[str, Any]) -> None:
    for visit in range(40 if number % _VISITED_OFTEN == 0 else 1):
        seen = {"vantage": "phone" if visit % 2 == 0 else "desktop", "observed_at": at + timedelta(hours=6 * visit)}
        key = number * 100 + visit
        looked = {
            "outcome": "read",
            "final_url": site["url"],
            "assessment_id": number,
            "manifest_digest": f"{key:064x}",
        }
        rows[Observation].append(_whole(Observation, id=key, **looked, **seen, **site))
        for name, media in (("screenshot.png", "image/png"), ("page.html", "text/html")):
            file = {"name": name, "digest": f"{key:064x}", "size": 1, "media_type": media}
            rows[ObservationFile].append(_whole(ObservationFile, observation_id=key, **file))


def _signals() -> list[dict[str, Any]]:
    words = {"message_vi": "Lý do " * 12, "message_en": "Why " * 12}
    return [{"rule": f"r{place}", "family": "words", "points": 1.0, **words} for place in range(6)]


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _whole(model: type[SQLModel], **values: Any) -> dict[str, Any]:
    """The row with every default that the model would give it."""
    return {**_usual(model), **values}


@cache
def _usual(model: type[SQLModel]) -> dict[str, Any]:
    fields = {name: field for name, field in model.model_fields.items() if name != "id" and not field.is_required()}
    return {name: field.get_default(call_default_factory=True) for name, field in fields.items()}
