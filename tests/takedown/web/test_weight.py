"""What a page weighs on a poor network: compressed, its style and scripts once for ever, pictures only when needed."""

import gc
import re
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from fastapi.testclient import TestClient

from takedown.lifecycle import CaseState
from takedown.web.app import create_app
from takedown.web.desk import Desk
from takedown.web.rendering import environment
from takedown.web.shelf import Shelf
from takedown.web.warming import warm_up
from tests.takedown.desk import NOW, open_case, proven_case
from tests.takedown.web.conftest import PASSWORD, SignIn

PAGE_BYTES = 12_000  # of a full queue or a case, as it travels
ASSET_BYTES = 30_000  # everything a page asks for once, as it travels


def travelled(client: TestClient, path: str) -> int:
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        return len(b"".join(answer.iter_raw()))


def test_a_full_queue_and_a_case_are_light(desk: Desk, sign_in: SignIn) -> None:
    for number in range(30):
        proven_case(desk.engine, desk.store, f"cua-hang-{number}.example")
    client = sign_in("an")
    page = client.get("/cases?state=all").text
    assert page.count('class="card line"') == 30
    assert page.count("<img") - 1 == page.count('loading="lazy"') == 30, "but for the shield"
    for path in ("/cases?state=all", "/cases?state=all&view=table", "/cases/3", "/dashboard", "/notices"):
        assert travelled(client, path) <= PAGE_BYTES, path


def test_style_and_scripts_are_asked_for_once(sign_in: SignIn) -> None:
    client = sign_in("an")
    page = client.get("/cases").text
    paths = sorted(set(re.findall(r'"(/static/[^"]+)"', page)))
    assert len(paths) >= 3
    for path in paths:
        assert client.get(path).headers["cache-control"] == "public, max-age=31536000, immutable", path
        bare = client.get(path.partition("?")[0])
        assert bare.headers["cache-control"] == "no-cache"
        again = client.get(path.partition("?")[0], headers={"If-None-Match": bare.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path.partition("?")[0] + "?v=000000000000").headers["cache-control"] == "no-cache"
    assert sum(travelled(client, path) for path in paths) <= ASSET_BYTES
    assert client.get("/static/../app.py").status_code == 404


def test_only_what_a_browser_fetches_ahead_may_be_kept(desk: Desk, sign_in: SignIn) -> None:
    first, second = open_case(desk.engine, "a.example"), proven_case(desk.engine, desk.store, "b.example")
    client = sign_in("an")
    page = client.get(f"/cases/{first}?state=all")
    ahead = {"Sec-Purpose": "prefetch"}
    assert page.headers["cache-control"] == "no-store"
    assert client.get(f"/cases/{second}?state=all", headers=ahead).headers["cache-control"] == "no-store"
    assert client.get(f"/cases/{second}?ahead=1").headers["cache-control"] == "no-store"
    kept = client.get(f"/cases/{second}?ahead=1", headers=ahead)
    assert kept.headers["cache-control"] == "private, max-age=120"
    assert "Cookie" in kept.headers["vary"]
    assert client.get("/cases?ahead=1", headers=ahead).headers["cache-control"] == "no-store"
    stranger = sign_in("").get(f"/cases/{second}?ahead=1", headers=ahead)
    assert (stranger.status_code, stranger.headers["cache-control"]) == (303, "no-store")


def test_whoever_saves_data_is_sent_nothing_ahead(desk: Desk, sign_in: SignIn) -> None:
    open_case(desk.engine, "a.example", CaseState.NEW)
    last = open_case(desk.engine, "b.example", CaseState.NEW)
    client = sign_in("an")
    assert 'rel="prefetch"' in client.get(f"/cases/{last}").text
    assert 'rel="prefetch"' not in client.get(f"/cases/{last}", headers={"Save-Data": "on"}).text


def test_the_first_visitor_waits_neither_for_templates_nor_for_the_collector(sign_in: SignIn) -> None:
    client = sign_in("an")
    warm_up()
    try:
        assert gc.get_freeze_count() > 100_000, "a full collection passes what lives for good"
        known = {name for _, name in environment().cache or ()}
        assert known >= set(environment().list_templates())
        assert client.get("/cases").status_code == 200
    finally:
        gc.unfreeze()


def test_the_dashboard_says_of_when_its_curves_are(desk: Desk) -> None:
    hours = iter(range(100))
    late = replace(desk, clock=lambda: NOW + timedelta(minutes=next(hours)))
    client = TestClient(create_app(late), base_url="http://desk.example", follow_redirects=False)
    client.post("/sign-in", data={"name": "an", "password": PASSWORD})
    told = [re.findall(r"số liệu lúc (\d\d/\d\d/\d{4} \d\d:\d\d)", client.get("/dashboard").text) for _ in range(9)]
    assert all(len(times) == 1 for times in told)
    assert 2 <= len({times[0] for times in told}) < len(told), "kept for a while, never for good"


def test_the_shelf_is_bounded_in_bytes_and_forgets_the_oldest() -> None:
    shelf = Shelf(room=100, hands=1)
    made: list[str] = []

    def make(name: str, size: int) -> bytes:
        def now() -> bytes:
            made.append(name)
            return b"x" * size

        return shelf.take((name,), now)

    for name in "abcde":
        make(name, 20)
    make("a", 20)
    make("f", 20)  # b goes, since a was asked for later
    assert shelf.held == 100
    make("a", 20)
    make("b", 20)
    assert made == [*"abcdef", "b"]
    make("huge", 50)
    make("huge", 50)
    assert made[-2:] == ["huge", "huge"], "what would fill a quarter is not kept"
    assert shelf.held <= 100
    with pytest.raises(ZeroDivisionError):
        shelf.take(("fault",), lambda: bytes(1 // 0))
    assert make("after", 1) == b"x"


def test_two_who_ask_at_once_have_it_made_once() -> None:
    shelf, start, made = Shelf(room=100, hands=1), Barrier(4), []

    def ask() -> None:
        start.wait()
        shelf.take(("one",), lambda: bytes(made.append(1) or 3))

    people = [Thread(target=ask) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert made == [1]
