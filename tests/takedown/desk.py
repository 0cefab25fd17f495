"""People and cases for the tests of the desk."""

import io
from datetime import UTC, datetime, timedelta

from PIL import Image
from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from storage.db import write_session
from storage.models import Assessment, Case, CaseIndicator, DomainRecord, Observation, ObservationFile
from takedown.actor import CONSOLE, Actor, Role
from takedown.drafting import Letterhead
from takedown.lifecycle import CaseState
from takedown.staff import add_person

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # a Wednesday and no holiday, 10:00 in Vietnam
AN = Actor("an", frozenset({Role.REVIEWER}))
BINH = Actor("binh", frozenset({Role.REVIEWER}))
CHI = Actor("chi", frozenset({Role.APPROVER}))
HEAD = Letterhead("so_khcn_hcm", "desk@agency.example")
DUNG = Actor("dung", frozenset({Role.AUDITOR}))


def hire(engine: Engine, *people: Actor) -> None:
    """Makes the people, each with the password «mot mat khau dai»."""
    with write_session(engine) as session:
        for person in people:
            add_person(
                session,
                name=person.name,
                full_name=person.name.title(),
                roles=person.roles,
                password="mot mat khau dai",
                actor=CONSOLE,
                now=NOW,
            )
        session.commit()


def open_case(engine: Engine, host: str = "shop.example", state: CaseState = CaseState.NEW) -> int:
    """A stored case's number."""
    with write_session(engine) as session:
        case = Case(
            host=host,
            domain=host,
            url=f"https://{host}/",
            open_key=host if state.is_open else None,
            state=state,
            level="likely",
            points=3.0,
            category="fake_shop",
            title=f"Cửa hàng giả: {host}",
            opened_at=NOW,
            updated_at=NOW,
        )
        session.add(case)
        session.commit()
        assert case.id is not None
        return case.id


def proven_case(engine: Engine, store: ArtifactStore, host: str = "shop-a.example", seen_at: datetime = NOW) -> int:
    """A confirmed case with a sealed visit, a picture, look-ups and an account."""
    number = open_case(engine, host, CaseState.CONFIRMED)
    picture = io.BytesIO()
    Image.new("RGB", (412, 900), "white").save(picture, "PNG")
    with write_session(engine) as session:
        signals = [
            {
                "rule": "money.deposit-first",
                "family": "money",
                "points": 2.0,
                "excerpt": "chuyển khoản đặt cọc trước 50%",
                "message_vi": "Đòi đặt cọc trước",
                "message_en": "Wants a deposit",
            }
        ]
        assessment = Assessment(
            url=f"https://{host}/",
            host=host,
            domain=host,
            assessed_at=seen_at,
            level="likely",
            points=3.0,
            probability=0.95,
            signals=signals,
            rule_set="abc",
        )
        visit = Observation(
            url=f"https://{host}/",
            final_url=f"https://{host}/khuyen-mai?ma=Il1O0",
            host=host,
            domain=host,
            vantage="phone",
            outcome="read",
            status=200,
            observed_at=seen_at - timedelta(hours=1),
            title="Xả kho",
            manifest_digest="ab" * 32,
            recipe={"vantage": {"user_agent": "Mobile", "referrer": "https://l.facebook.com/", "locale": "vi-VN"}},
        )
        record = DomainRecord(
            domain=host,
            host=host,
            looked_up_at=seen_at,
            facts={
                "registrar_id": "146",
                "networks": [{"address": "203.0.113.7", "asn": 13335}],
                "addresses": ["203.0.113.7"],
            },
        )
        session.add_all((assessment, visit, record))
        session.flush()
        session.get_one(Case, number).assessment_id = assessment.id
        assert visit.id is not None
        digest = store.put(picture.getvalue())
        file = ObservationFile(
            observation_id=visit.id, name="screenshot.png", digest=digest, size=1, media_type="image/png"
        )
        account = CaseIndicator(case_id=number, kind="bank_account", value="970436:0123456789", note="", first_at=NOW)
        session.add_all((file, account))
        session.commit()
    return number
