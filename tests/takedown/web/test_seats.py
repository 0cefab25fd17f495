"""Two people who took nothing are led to two cases, by the queue and by the page of a case."""

import re
from datetime import timedelta
from threading import Barrier, Thread

from fastapi.testclient import TestClient

from takedown.web.desk import Desk
from takedown.web.seats import KEPT, MOST, Seats
from tests.takedown.desk import NOW, open_case
from tests.takedown.web.conftest import SignIn


def led(client: TestClient, path: str, link: str) -> int | None:
    found = re.search(rf'<a {link} href="/cases/(\d+)', client.get(path).text)
    return int(found.group(1)) if found else None


def test_two_people_at_one_case_go_on_to_two(desk: Desk, sign_in: SignIn) -> None:
    cases = [open_case(desk.engine, f"shop-{place}.example") for place in range(5)]
    top, *rest = cases[::-1]  # the newest comes first
    an, binh = sign_in("an"), sign_in("binh")
    assert led(an, f"/cases/{top}", 'id="next"') == rest[0]
    assert led(binh, f"/cases/{top}", 'id="next"') == rest[1]
    assert led(an, f"/cases/{top}", 'id="next"') == rest[0], "looking again changes nothing"
    assert led(an, f"/cases/{rest[0]}?ahead=1", 'id="next"') == rest[2], "what the other goes to is passed over"
    assert led(binh, f"/cases/{rest[1]}", 'id="next"') == rest[3]
    assert led(binh, f"/cases/{rest[2]}", 'id="next"') == rest[3], "whoever opens a case by its number is not kept out"


def test_two_people_who_begin_at_the_top_begin_at_two_cases(desk: Desk, sign_in: SignIn) -> None:
    second, first = open_case(desk.engine, "a.example"), open_case(desk.engine, "b.example")
    an, binh, chi = sign_in("an"), sign_in("binh"), sign_in("chi")
    assert led(an, "/cases", 'class="first"') == first
    assert led(binh, "/cases", 'class="first"') == second
    assert led(chi, "/cases", 'class="first"') is None, "both are looked at; the list still shows them"
    assert chi.get("/cases").text.count('class="card line"') == 2


def test_a_seat_is_free_again_after_a_while_and_one_person_holds_few() -> None:
    seats = Seats()
    for case_id in range(1, 10):
        seats.sit("an", case_id, now=NOW)
    assert seats.taken("binh", now=NOW) == frozenset(range(10 - MOST, 10))
    assert seats.taken("an", now=NOW) == frozenset()
    assert seats.taken("binh", now=NOW + KEPT - timedelta(seconds=1))
    assert not seats.taken("binh", now=NOW + KEPT)


def test_many_at_once_are_led_to_as_many_cases() -> None:
    seats, start, got = Seats(), Barrier(6), []

    def ask(name: str) -> None:
        start.wait()
        got.append(seats.lead(name, lambda beside: min(set(range(1, 20)) - beside), now=NOW))

    people = [Thread(target=ask, args=(f"p{place}",)) for place in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(set(got)) == 6
    assert None not in got
