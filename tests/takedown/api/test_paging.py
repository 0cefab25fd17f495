"""Lists that grow are told a page at a time: every row once, in the order of the whole, whatever shares a clock."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from storage.models import Appeal, LearntContact, RecordRequest, Withdrawal
from takedown.due_order import DueMark
from takedown.web.desk import Desk
from tests.takedown.api.conftest import Ask
from tests.takedown.desk import NOW, open_case

CLOCKS = (3, 1, None, 1, 2, None, 1)  # hours, in the order of the numbers


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Seven rows of every kind; some clocks are equal, two do not run."""
    number = open_case(desk.engine, "shop.example")
    with desk.writing() as session:
        for place, hours in enumerate(CLOCKS):
            due = None if hours is None else NOW + timedelta(hours=hours, microseconds=7)
            words = {"url": "https://a.example/", "host": "a.example", "text": "x", "received_at": NOW}
            appeal = {**words, "receipt_digest": f"{place:064}", "state": "received", "due_at": due or NOW}
            made = {"state": "drafted", "made_by": "giang" if place % 2 else "an", "due_at": due}
            session.add(Appeal(**appeal))
            session.add(RecordRequest(**made, made_at=NOW, updated_at=NOW, received_at=NOW))
            learnt = {
                "subject_kind": "host",
                "subject": "a.example",
                "channel": "email",
                "value": f"a{place}@b.example",
            }
            session.add(LearntContact(**learnt, source="page", learnt_at=NOW, state="quarantined"))
            session.add(Withdrawal(case_id=number, ordered_by="chi", reason="x", at=NOW))
            session.flush()
    return desk


def walk(client: TestClient, path: str, name: str = "after", size: int = 2) -> list[int]:
    seen: list[int] = []
    more: dict[str, object] = {}
    while len(seen) < 20:
        answer = client.get(path, params={"limit": size, **more})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert 0 < len(page["items"]) <= size
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            return seen
        more = {name: page["next"]}
    raise AssertionError(f"{path} never ends")


@pytest.mark.parametrize("size", [1, 2, 7])
def test_every_list_is_walked_to_its_end_in_its_order(full: Desk, ask: Ask, size: int) -> None:
    client = ask("chi")
    assert walk(client, "/appeals", size=size) == [3, 6, 2, 4, 7, 5, 1]
    assert walk(client, "/records", size=size) == [7, 4, 2, 5, 1, 6, 3]
    assert walk(client, "/contacts", size=size) == [1, 2, 3, 4, 5, 6, 7]
    assert walk(client, "/withdrawals", "before", size=size) == [7, 6, 5, 4, 3, 2, 1]
    assert walk(ask("giang"), "/records", size=size) == [4, 2, 6], "police page through their own alone"


def test_a_row_that_came_or_went_meanwhile_moves_no_other(full: Desk, ask: Ask) -> None:
    client = ask("chi")
    first = client.get("/appeals", params={"limit": 3}).json()
    with full.writing() as session:
        session.get_one(Appeal, 6).state = "upheld"
    rest = client.get("/appeals", params={"limit": 9, "state": "received", "after": first["next"]}).json()
    assert [row["id"] for row in rest["items"]] == [4, 7, 5, 1]


@pytest.mark.parametrize("made_up", ["x", "1", "~", "~99999999999", "9" * 18 + "~1", "1~2~3", "١~1", "%00"])
def test_a_made_up_mark_is_said_to_be_none(ask: Ask, made_up: str) -> None:
    client = ask("chi")
    for path in ("/appeals", "/records"):
        answer = client.get(path, params={"after": made_up})
        assert (answer.status_code, "query.after" in answer.text) == (422, True), answer.text
    assert client.get("/contacts", params={"after": "-1"}).status_code == 422


def test_a_mark_is_read_back_to_the_microsecond() -> None:
    for mark in (DueMark(None, 3), DueMark(NOW + timedelta(microseconds=1), 2_147_483_647)):
        assert DueMark.decode(mark.encode()) == mark
