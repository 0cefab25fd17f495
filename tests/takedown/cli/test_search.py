"""`lachan search rebuild` mends what `lachan doctor` names."""

import json
from collections.abc import Callable

from sqlalchemy import text

from storage.db import open_engine
from tests.takedown.desk import open_case

Run = Callable[..., tuple[int, str, str]]


def test_doctor_names_what_cannot_be_found_and_the_command_mends_it(run: Run, sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    open_case(engine, "shop.example")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM case_words"))
    engine.dispose()
    assert search(run) == ["warn", "1 cases cannot be found by words", "lachan search rebuild"]
    code, out, _ = run("search", "rebuild", "--json")
    assert [code, json.loads(out)] == [0, {"cases": 1, "indexed": True}]
    assert search(run)[0] == "ok"
    assert "1 vụ" in run("search", "rebuild")[1]


def search(run: Run) -> list[str]:
    checks = json.loads(run("doctor", "--json")[1])
    return next([check["health"], check["found"], check["remedy"]] for check in checks if check["name"] == "search")
