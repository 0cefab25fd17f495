"""What single pages say: the time line in words, what waits, pictures compared, seals verified, look-alikes shown."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

from storage.models import Assessment, CampaignLink, Case, Notice, Observation, ObservationFile
from takedown.drafting import draft_notices
from takedown.timeline import time_line
from takedown.views import EventView, EvidenceView
from takedown.web.app import create_app
from takedown.web.desk import Desk
from takedown.web.rendering import shown_marked, shown_number, shown_trace
from tests.takedown.desk import AN, HEAD, NOW, open_case
from tests.takedown.web.conftest import PASSWORD, SignIn


def looked(vantage: str, minutes: int, outcome: str = "read") -> EvidenceView:
    at = NOW - timedelta(minutes=minutes)
    return EvidenceView(1, "https://a.example/", "", vantage, outcome, "", 200, at, "", "ab", "", "")


def test_the_time_line_speaks_of_states_people_and_looks() -> None:
    moved = {"from": "waiting", "to": "down", "reason": "đã gỡ"}
    events = [EventView(NOW - timedelta(hours=1), "transition", "verification", tuple(moved.items()))]
    events.append(EventView(NOW, "seen_again", "intake", (("level", "likely"), ("rule_set", "abc"))))
    looks = [looked("phone", 30), looked("desktop", 31), looked("phone", 3000, "http_error")]
    told = time_line(events, looks, "vi")
    assert [moment.kind for moment in told] == ["seen_again", "look", "transition", "look"]
    assert told[0].words == "mức: Khả năng cao"
    assert told[1].words == "Máy tính ×1, Điện thoại ×1; đọc được; 2 niêm phong"
    assert told[2].words == "Chờ trả lời → Đã gỡ (kiểm chứng); đã gỡ"
    assert time_line(events, looks, "en")[2].words == "Waiting → Down (verified); đã gỡ"


def test_numbers_excerpts_and_indicators_are_shown_as_people_read_them() -> None:
    assert (shown_number(2.04), shown_number(2.04, "en"), shown_number(-1.5, "vi", True)) == ("2,0", "2.0", "-1,50")
    marked = shown_marked("Chuyển khoản ĐẶT CỌC <b>trước", "Đòi «đặt cọc» trước")
    assert marked == "Chuyển khoản <mark>ĐẶT CỌC</mark> &lt;b&gt;trước"
    assert shown_marked("cả câu", "không trích") == "<mark>cả câu</mark>"
    assert shown_trace("970436:0123", "bank_account") == "0123"
    assert shown_trace("ab" * 16, "registrant") == "abababababab…"


def test_who_may_release_sees_what_waits_and_who_prepared_it_does_not(desk: Desk, sign_in: SignIn, number: int) -> None:
    with desk.writing() as session:
        draft_notices(session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
    approver = sign_in("chi")
    assert "thông báo chờ bạn duyệt" in approver.get("/cases").text
    approver.get("/language", params={"to": "en", "back": "/cases"})
    assert "<b>1</b> notice awaits your release" in approver.get("/cases").text
    assert "thông báo chờ bạn duyệt" not in sign_in("an").get("/cases").text
    with desk.writing() as session:
        notice = session.get_one(Notice, 1)
        notice.state, notice.due_at = "sent", NOW - timedelta(hours=1)
    assert "thông báo quá hạn trả lời" in sign_in("an").get("/cases").text


def test_two_captures_are_laid_on_each_other(desk: Desk, sign_in: SignIn, number: int) -> None:
    picture, out = Image.new("RGB", (412, 900), "white"), io.BytesIO()
    ImageDraw.Draw(picture).rectangle((100, 100, 300, 300), fill="black")
    picture.save(out, "PNG")
    with desk.writing() as session:
        before = session.get_one(Observation, 1)
        before.assessment_id = session.get_one(Case, number).assessment_id
        later = Observation(**before.model_dump(exclude={"id", "observed_at"}), observed_at=NOW)
        session.add(later)
        session.flush()
        digest = desk.store.put(out.getvalue())
        file = {"name": "screenshot.png", "digest": digest, "size": 1, "media_type": "image/png"}
        session.add(ObservationFile(observation_id=later.id or 0, **file))
        old = session.get_one(ObservationFile, 1).digest
    client = sign_in("an")
    assert f"/pictures/changes/{old}/{digest}" in client.get(f"/cases/{number}").text
    answer = client.get(f"/pictures/changes/{old}/{digest}")
    assert answer.headers["content-type"] == "image/webp"
    shown = Image.open(io.BytesIO(answer.content)).convert("RGB")
    changed, same = shown.getpixel((200, 200)), shown.getpixel((50, 600))
    assert changed[0] > 180 > changed[1]  # type: ignore[index]
    assert min(same) > 240  # type: ignore[arg-type, type-var]
    assert client.get(f"/pictures/changes/{old}/{'00' * 32}").status_code == 404


class Held:
    def __init__(self, *faults: str) -> None:
        self._faults = faults

    def faults(self, case_id: int) -> tuple[str, ...]:
        return self._faults

    def export(self, case_id: int, to: Path) -> None:
        to.write_bytes(b"")


@pytest.mark.parametrize(("faults", "said"), [((), "khớp"), (("screenshot.png altered",), "KHÔNG khớp")])
def test_a_case_says_when_its_seals_were_verified(desk: Desk, number: int, faults: tuple[str, ...], said: str) -> None:
    client = TestClient(create_app(replace(desk, evidence=Held(*faults))), base_url="http://desk.example")
    client.post("/sign-in", data={"name": "an", "password": PASSWORD})
    assert "Chưa ai kiểm tra niêm phong" in client.get(f"/cases/{number}").text
    client.get(f"/cases/{number}/evidence")
    assert f"Kiểm tra lần cuối 25/11/2026 10:00, an: {said}" in client.get(f"/cases/{number}").text


def test_a_case_shows_what_its_vantages_saw_and_who_is_back(desk: Desk, sign_in: SignIn, number: int) -> None:
    other = open_case(desk.engine, "ten-khac.example")
    with desk.writing() as session:
        found = session.get_one(Assessment, session.get_one(Case, number).assessment_id)
        found.differences = [{"first": "phone", "second": "desktop", "similarity": 0.05, "only_first": ["Nhập mã OTP"]}]
        session.add(found)
        session.get_one(Observation, 1).assessment_id = found.id
        shared = [["bank_account", "970436:0123456789"]]
        session.add(CampaignLink(case_id=number, later_id=other, shared=shared, found_at=NOW))
    client = sign_in("an")
    page = client.get(f"/cases/{number}").text
    assert "Nhập mã OTP" in page
    assert "Tái xuất dưới tên khác" in page
    assert "ten-khac.example" in page
    assert "Giống vụ đã gỡ" in client.get(f"/cases/{other}").text
