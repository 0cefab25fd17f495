"""The queue of the desk: its order, its pages, what is found, and how many there are."""

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from storage.db import read_session, write_session
from storage.models import Case, CaseIndicator, Observation, ObservationFile
from storage.search import fold_words
from takedown import queue_order, worklist
from takedown.levels import LADDER
from takedown.lifecycle import CaseState
from takedown.queue_order import Cursor
from takedown.worklist import STATE_GROUPS, Wanted, count_found, find_page, newest_pictures, next_case
from tests.takedown.desk import NOW, open_case

ALL = Wanted(state="all")


@pytest.fixture
def cases(engine: Engine) -> dict[str, int]:
    """Six cases of two levels; two of them have the same points and time."""
    made = {}
    for name, level, points, state in (
        ("mid-b", "likely", 3.0, CaseState.NEW),
        ("top", "near_certain", 9.0, CaseState.NEW),
        ("mid-a", "likely", 3.0, CaseState.NEW),
        ("low", "watch", 0.5, CaseState.NEW),
        ("strong", "likely", 4.0, CaseState.IN_REVIEW),
        ("done", "near_certain", 9.5, CaseState.CLOSED),
    ):
        made[name] = open_case(engine, f"{name}.example", state)
        with write_session(engine) as session:
            case = session.get_one(Case, made[name])
            case.level, case.points = level, points
            session.add(case)
            session.commit()
    return made


def names(session: Session, wanted: Wanted, **more: object) -> list[str]:
    page = find_page(session, wanted, now=NOW, **more)  # type: ignore[arg-type]
    return [line.row.host.removesuffix(".example") for line in page.lines]


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_pages_hold_every_case_once_in_one_order(engine: Engine, cases: dict[str, int], size: int) -> None:
    with read_session(engine) as session:
        seen, after = [], ""
        while True:
            page = find_page(session, ALL, now=NOW, after=after, size=size)
            assert page.total == 6
            seen += [line.row.host.removesuffix(".example") for line in page.lines]
            after = page.after
            if not after:
                break
    assert seen == ["done", "top", "strong", "mid-a", "mid-b", "low"]


def test_the_next_case_is_the_next_of_the_same_queue(engine: Engine, cases: dict[str, int]) -> None:
    with read_session(engine) as session:
        walked, at = ["top"], cases["top"]
        while (following := next_case(session, Wanted(), at, now=NOW)) is not None:
            at = following
            walked.append(next(name for name, number in cases.items() if number == at))
    assert walked == ["top", "strong", "mid-a", "mid-b", "low"]


def test_the_next_case_passes_over_what_another_person_has(engine: Engine, cases: dict[str, int]) -> None:
    with write_session(engine) as session:
        strong, given = (session.get_one(Case, cases[name]) for name in ("strong", "mid-a"))
        strong.lock_holder, strong.lock_until = "an", NOW + timedelta(minutes=5)
        given.assignee = "chi"
        session.add_all([strong, given])
        session.commit()
    later = NOW + timedelta(minutes=5)
    with read_session(engine) as session:
        for reader, now, expected in (
            ("an", NOW, "strong"),
            ("binh", NOW, "mid-b"),
            ("chi", NOW, "mid-a"),
            ("binh", later, "strong"),
        ):
            for wanted in (Wanted(), Wanted(search="example")):
                assert next_case(session, wanted, cases["top"], now=now, reader=reader) == cases[expected], reader


def test_filters_narrow_and_the_count_follows(engine: Engine, cases: dict[str, int]) -> None:
    with write_session(engine) as session:
        case = session.get_one(Case, cases["low"])
        case.assignee, case.due_at = "an", NOW - timedelta(hours=1)
        session.add(case)
        session.commit()
    with read_session(engine) as session:
        assert names(session, Wanted(level="near_certain", state="all")) == ["done", "top"]
        assert count_found(session, Wanted(level="near_certain", state="all"), now=NOW) == 2
        assert names(session, Wanted(mine="an")) == ["low"]
        assert names(session, Wanted(overdue=True, state="open")) == ["low"]
        assert names(session, Wanted(state="closed")) == ["done"]
        assert names(session, Wanted(category="loan")) == []


def test_a_search_finds_hosts_titles_numbers_accounts_and_phones(engine: Engine, cases: dict[str, int]) -> None:
    with write_session(engine) as session:
        for kind, value in (("bank_account", "970436:0123456789"), ("phone", "+84901234567")):
            session.add(CaseIndicator(case_id=cases["low"], kind=kind, value=value, first_at=NOW))
        session.commit()
    with read_session(engine) as session:
        for words, found in (
            ("mid-", ["mid-a", "mid-b"]),
            ("MID-A", ["mid-a"]),
            ("cửa hàng giả: low", ["low"]),
            (str(cases["top"]), ["top"]),
            ("0123456789", ["low"]),
            ("0123 456 789", ["low"]),
            ("0901234567", ["low"]),
            ("090.123.4567", ["low"]),
            ("%", []),
            ("_op", []),
        ):
            assert names(session, Wanted(state="all", search=words)) == found, words


def test_words_that_many_hold_are_found_as_well(
    engine: Engine, cases: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "FEW", 2)
    monkeypatch.setattr(queue_order, "MAX_COUNTED", 4)
    with read_session(engine) as session:
        page = find_page(session, Wanted(state="all", search=".example"), now=NOW, size=3)
        assert [len(page.lines), page.total] == [3, 5], "five stands for more than four"
        rest = find_page(session, Wanted(state="all", search=".example"), now=NOW, after=page.after)
        assert [len(rest.lines), rest.after] == [3, ""]


def test_ones_own_cases_are_read_by_an_index_of_ones_own(sqlite_engine: Engine) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(sqlite_engine, "before_cursor_execute", lambda _c, _u, words, given, *_: asked.append((words, given)))
    with read_session(sqlite_engine) as session:
        find_page(session, Wanted(state="all", mine="an"), now=NOW)
        (words, given) = next(entry for entry in asked if "UNION ALL" in entry[0] and "lock_holder" in entry[0])
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)
        plan = [row[3] for row in rows if "case" in row[3]]
    used = {name for name in ("ix_case_assignee", "ix_case_lock_holder") if any(name in step for step in plan)}
    assert used == {"ix_case_assignee", "ix_case_lock_holder"}
    assert not [step for step in plan if "ix_case_queue" in step], "everybody's cases"


@pytest.mark.parametrize("word", ["", "x", "likely~1~2", "likely~a~b~c", "likely~1.0~1e300~1", "likely~nan~0~1~2"])
def test_a_made_up_cursor_is_no_cursor(word: str) -> None:
    assert Cursor.decode(word) is None


def test_a_cursor_is_read_back(engine: Engine) -> None:
    cursor = Cursor("likely", 3.1, NOW, 7)
    assert Cursor.decode(cursor.encode()) == cursor


def test_whatever_the_filters_the_queue_is_the_same_by_any_way(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked up first or read in order, page by page or step by step, agrees with sifting every case."""
    chance = random.Random(7)
    with write_session(engine) as session:
        for number in range(60):
            session.add(any_case(chance, number))
        session.commit()
        every = session.exec(select(Case)).all()
    for few in (1000, 3):
        monkeypatch.setattr(worklist, "FEW", few)
        for _ in range(60):
            wanted = any_filters(chance)
            expected = [case.id for case in sorted(filter(sifted(wanted), every), key=rank)]
            with read_session(engine) as session:
                assert walked_by_pages(session, wanted) == expected, wanted
                assert count_found(session, wanted, now=NOW) == len(expected), wanted
                for before, after in itertools.pairwise([*expected, None]):
                    assert before is not None
                    assert next_case(session, wanted, before, now=NOW) == after, wanted


def any_case(chance: random.Random, number: int) -> Case:
    state, kind = chance.choice(list(CaseState)), chance.choice(["loan", "job"])
    at = NOW - timedelta(hours=chance.randrange(3))
    host = f"{chance.choice(['shop', 'vay'])}-{number}.example"
    return Case(
        host=host,
        domain=host,
        url=f"https://{host}/",
        state=state,
        level=chance.choice(LADDER),
        points=float(chance.randrange(3)),
        category=kind,
        title=chance.choice(["Giảm giá", "Vay nhanh"]),
        opened_at=at,
        updated_at=at,
        assignee=chance.choice(["", "", "an"]),
        lock_holder=chance.choice(["", "", "", "an"]),
        due_at=chance.choice([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    )


def any_filters(chance: random.Random) -> Wanted:
    return Wanted(
        state=chance.choice(["todo", "open", "all", "confirmed"]),
        level=chance.choice(["", "", "likely"]),
        category=chance.choice(["", "", "loan"]),
        search=chance.choice(["", "", "hop-", "giam gia", "va", "khong co"]),
        mine=chance.choice(["", "", "an"]),
        overdue=chance.choice([False, False, True]),
    )


def sifted(wanted: Wanted) -> Callable[[Case], bool]:
    states = {"confirmed": ("confirmed",), "all": tuple(CaseState)}.get(wanted.state) or STATE_GROUPS[wanted.state]
    terms = wanted.search.split()
    return lambda case: (
        case.state in states
        and LADDER.index(case.level) >= (LADDER.index(wanted.level) if wanted.level else 0)
        and wanted.category in {"", case.category}
        and all(term in fold_words(f"{case.host} {case.title}") for term in terms)
        and (not wanted.mine or wanted.mine in {case.assignee, case.lock_holder})
        and (not wanted.overdue or (case.due_at is not None and case.due_at <= NOW))
    )


def rank(case: Case) -> tuple[int, float, float, int]:
    assert case.id is not None
    return (-LADDER.index(case.level), -case.points, -case.opened_at.timestamp(), -case.id)


def walked_by_pages(session: Session, wanted: Wanted) -> list[int]:
    seen: list[int] = []
    after = ""
    while True:
        page = find_page(session, wanted, now=NOW, after=after, size=7)
        seen += [line.row.id for line in page.lines]
        after = page.after
        if not after:
            return seen


@pytest.mark.parametrize(
    "words", ["https://top.example/a?b=1", "hxxps://top[.]example/", "top.example/x", "TOP", "top.EXAMPLE"]
)
def test_a_pasted_address_finds_its_case(engine: Engine, cases: dict[str, int], words: str) -> None:
    with read_session(engine) as session:
        assert names(session, Wanted(state="all", search=words)) == ["top"]


def test_a_line_shows_its_newest_picture_as_a_phone_sees_it(engine: Engine, cases: dict[str, int]) -> None:
    with write_session(engine) as session:
        seen = [("phone", 5, "a"), ("desktop", 1, "b"), ("phone", 3, "c"), ("phone", 2, "")]
        for vantage, hours, digest in seen:
            visit = any_visit("top.example", vantage, NOW - timedelta(hours=hours))
            session.add(visit)
            session.flush()
            assert visit.id is not None
            name = "screenshot.png" if digest else "page.html"
            session.add(
                ObservationFile(
                    observation_id=visit.id, name=name, digest=digest or "d", size=1, media_type="image/png"
                )
            )
        session.commit()
        pictures = newest_pictures(session, ["top.example", "low.example", "top.example"])
        assert pictures == {"top.example": "c"}
        line = find_page(session, Wanted(search="top.example"), now=NOW).lines[0]
        assert line.picture == "c"
        assert newest_pictures(session, []) == {}


def any_visit(host: str, vantage: str, at: datetime) -> Observation:
    url = f"https://{host}/"
    return Observation(url=url, host=host, domain=host, vantage=vantage, outcome="read", observed_at=at)


def test_a_question_asked_again_is_not_put_together_again(engine: Engine, cases: dict[str, int]) -> None:
    asked = (ALL, Wanted(state="open", mine="an", category="phishing"), Wanted(level="likely"))
    with read_session(engine) as session:
        for name in ("an", "binh"):
            before = queue_order._kept.cache_info().misses
            for wanted in asked:
                mine = replace(wanted, mine=name if wanted.mine else "")
                find_page(session, mine, now=NOW)
                next_case(session, mine, cases["top"], now=NOW, reader=name, beside=frozenset({cases["low"]}))
        assert queue_order._kept.cache_info().misses == before, "for another person neither"


def test_the_few_that_hold_a_word_are_looked_up_by_their_number(sqlite_engine: Engine) -> None:
    open_case(sqlite_engine, "top.example")
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, bound: Any, *___: object) -> None:
        if "level IN" in statement:
            asked.append((statement, bound))

    event.listen(sqlite_engine, "before_cursor_execute", note)
    with read_session(sqlite_engine) as session:
        find_page(session, Wanted(state="all", search="top.exa"), now=NOW)
        event.remove(sqlite_engine, "before_cursor_execute", note)
        (statement, bound) = asked[0]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bound).all()
    assert any("INTEGER PRIMARY KEY" in row[3] for row in plan), plan
