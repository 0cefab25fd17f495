"""One's own account: a new password, a second factor, sign-ins ended from afar; and how long a guesser waits."""

import re
from datetime import timedelta

import pyotp
import pytest
import zxingcpp
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw
from sqlmodel import select

from storage.models import Staff, WebSession
from takedown import second_factor
from takedown.errors import NotAllowedError
from takedown.one_time_codes import matching_step, new_secret
from takedown.web.desk import Desk
from takedown.web.qr import qr_path
from takedown.web.throttle import LIMIT, SPAN, Throttle
from tests.takedown.desk import AN, NOW
from tests.takedown.web.conftest import HOA, PASSWORD, SignIn, token

NEW = "nhieu chu khac nhau het"


def code_of(secret: str, half_minutes: int = 0) -> str:
    return pyotp.TOTP(secret).at(NOW + timedelta(seconds=30 * half_minutes))


def shown_secret(client: TestClient) -> str:
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', client.get("/me").text)
    assert found is not None
    return found.group(1)


def switch_on(client: TestClient) -> str:
    secret = shown_secret(client)
    answer = client.post("/me/code", data={"csrf": token(client), "secret": secret, "code": code_of(secret)})
    assert answer.status_code == 303, answer.text
    return secret


def test_a_new_password_ends_every_other_sign_in_and_keeps_this_one(sign_in: SignIn) -> None:
    here, elsewhere = sign_in("an"), sign_in("an")
    cookie = here.cookies["lachan_session"]
    data = {"csrf": token(here), "old": PASSWORD, "new": NEW, "again": NEW}
    assert here.post("/me/password", data=data).status_code == 303
    assert here.get("/cases").status_code == 200
    assert here.cookies["lachan_session"] != cookie
    assert elsewhere.get("/cases").status_code == 303
    for password, status in ((PASSWORD, 401), (NEW, 303)):
        assert sign_in("").post("/sign-in", data={"name": "an", "password": password}).status_code == status


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"old": "khong phai mat khau"}, "Mật khẩu cũ chưa đúng"),
        ({"again": "mot cai khac han"}, "khác nhau"),
        ({"new": "ngan", "again": "ngan"}, "ký tự"),
    ],
)
def test_a_bad_new_password_changes_nothing(sign_in: SignIn, change: dict[str, str], said: str) -> None:
    client = sign_in("an")
    data = {"csrf": token(client), "old": PASSWORD, "new": NEW, "again": NEW} | change
    answer = client.post("/me/password", data=data)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert sign_in("an").get("/cases").status_code == 200


def test_guessing_the_old_password_from_a_stolen_desk_locks_it(sign_in: SignIn) -> None:
    client = sign_in("an")
    data = {"csrf": token(client), "old": "khong phai mat khau", "new": NEW, "again": NEW}
    for _ in range(5):
        client.post("/me/password", data=data)
    answer = client.post("/me/password", data=data | {"old": PASSWORD})
    assert (answer.status_code, "thử lại sau" in answer.text) == (422, True)


def test_with_a_second_factor_a_password_is_not_enough_and_a_code_opens_once(sign_in: SignIn) -> None:
    secret = switch_on(sign_in("an"))
    client = sign_in("")
    data = {"name": "an", "password": PASSWORD}
    for code in ("", "000000", "abc", code_of(secret)):  # the last one opened already, when it was switched on
        assert client.post("/sign-in", data=data | {"code": code}).status_code == 401
    spaced = code_of(secret, 1)[:3] + " " + code_of(secret, 1)[3:]
    assert client.post("/sign-in", data=data | {"code": spaced}).status_code == 303
    assert sign_in("").post("/sign-in", data=data | {"code": spaced}).status_code == 401


def test_a_second_factor_begins_only_with_a_right_code_and_ends_only_with_one(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in("an")
    wrong = {"csrf": token(client), "secret": shown_secret(client), "code": "000000"}
    assert client.post("/me/code", data=wrong).status_code == 422
    assert client.post("/me/code", data=wrong | {"secret": "A"}).status_code == 422
    secret = switch_on(client)
    assert "Đang bật" in client.get("/me").text
    assert secret not in client.get("/me").text
    assert client.post("/me/code", data=wrong | {"csrf": token(client)}).status_code == 422, "none replaces another"
    assert client.post("/me/code/end", data={"csrf": token(client), "code": "000000"}).status_code == 422
    done = client.post("/me/code/end", data={"csrf": token(client), "code": code_of(secret, 1)})
    assert done.status_code == 303
    with desk.reading() as session:
        assert session.exec(select(Staff).where(Staff.name == "an")).one().totp_secret == ""


def test_a_lost_telephone_is_an_administrators_matter(desk: Desk, sign_in: SignIn) -> None:
    switch_on(sign_in("an"))
    with pytest.raises(NotAllowedError), desk.writing() as session:
        second_factor.end(session, name="hoa", code="", actor=AN, now=NOW)
    with desk.writing() as session:
        second_factor.end(session, name="an", code="", actor=HOA, now=NOW)
    assert sign_in("an").get("/cases").status_code == 200


def test_codes_of_a_telephone_that_is_slow_or_fast_are_taken_and_older_ones_are_not() -> None:
    secret = new_secret()
    steps = [matching_step(secret, code_of(secret, off), now=NOW) for off in (-2, -1, 0, 1, 2)]
    now = int(NOW.timestamp()) // 30
    assert steps == [None, now - 1, now, now + 1, None]
    assert matching_step(secret, code_of(secret), now=NOW, after=now) is None


def test_the_code_that_is_drawn_is_read_back() -> None:
    text = "otpauth://totp/la%20chan:an?secret=ABC&issuer=la%20chan"
    drawn = qr_path(text)
    scale = 6
    picture = Image.new("L", (drawn.size * scale, drawn.size * scale), 255)
    pen = ImageDraw.Draw(picture)
    for x, y in re.findall(r"M(\d+),(\d+)h1v1h-1z", drawn.path):
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + scale - 1, top + scale - 1), fill=0)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]


def test_a_sign_in_elsewhere_is_ended_but_only_ones_own(desk: Desk, sign_in: SignIn) -> None:
    here, elsewhere, stranger = sign_in("an"), sign_in("an"), sign_in("binh")
    with desk.reading() as session:
        numbers = list(session.exec(select(WebSession.id).order_by(WebSession.id)))  # type: ignore[arg-type]
    assert stranger.post(f"/me/sessions/{numbers[0]}/end", data={"csrf": token(stranger)}).status_code == 403
    assert here.post(f"/me/sessions/{numbers[1]}/end", data={"csrf": token(here)}).status_code == 303
    assert here.get("/cases").status_code == 200
    assert elsewhere.get("/cases").status_code == 303


def test_an_address_that_fails_for_many_names_waits_too(sign_in: SignIn) -> None:
    client = sign_in("")
    for number in range(LIMIT):
        client.post("/sign-in", data={"name": f"nobody{number}", "password": "sai mat khau roi"})
    answer = client.post("/sign-in", data={"name": "an", "password": PASSWORD})
    assert (answer.status_code, "thử lại sau" in answer.text) == (401, True)


def test_a_throttle_opens_again_and_forgets_the_quietest(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle = Throttle(limit=2)
    for minute in (0, 1):
        throttle.count("a", now=NOW + timedelta(minutes=minute))
    assert throttle.closed_until("a", now=NOW + timedelta(minutes=2)) == NOW + SPAN
    assert throttle.closed_until("b", now=NOW) is None
    assert throttle.closed_until("a", now=NOW + SPAN) is None
    monkeypatch.setattr("takedown.web.throttle.MAX_ADDRESSES", 1)
    throttle.count("b", now=NOW)
    assert throttle.closed_until("a", now=NOW + timedelta(minutes=2)) is None
