"""The desk's page of recipients: what people say about addresses, and what waits for their word."""

from datetime import timedelta

from sqlmodel import select

from storage.models import AuditEntry, LearntContact
from takedown.recipients import load_recipients
from takedown.recipients.confirmation import current_recipient, quarantine_contact
from takedown.recipients.model import ChannelKind, ContactState, Recipient
from takedown.web.desk import Desk
from takedown.words import CHANNELS
from tests.takedown.desk import NOW
from tests.takedown.web.conftest import SignIn, token

ADDRESS = "xu-ly@matbao.example"


def matbao() -> Recipient:
    found = load_recipients().get("matbao")
    assert found is not None
    return found


def states(desk: Desk, days: int = 0) -> dict[str, ContactState]:
    with desk.reading() as session:
        now = current_recipient(session, matbao(), now=NOW + timedelta(days=days))
    return {channel.value: channel.state for channel in now.channels}


def test_an_address_is_confirmed_for_a_year_then_rejected(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in("chi")
    page = "/recipients/matbao"
    words = {"csrf": token(client, "/recipients"), "channel": "email", "value": ADDRESS, "decision": "confirmed"}
    assert client.post(f"{page}/decide", data=words).status_code == 409, "without a reason"
    assert ADDRESS not in states(desk)
    words["reason"] = "gọi tổng đài hỏi"
    assert client.post(f"{page}/decide", data=words).status_code == 303
    assert states(desk)[ADDRESS] is ContactState.CONFIRMED
    assert states(desk, days=366)[ADDRESS] is ContactState.UNCONFIRMED
    client.post(f"{page}/decide", data={**words, "decision": "rejected", "reason": "thư bị trả về"})
    assert states(desk)[ADDRESS] is ContactState.QUARANTINED
    assert "thư bị trả về" in client.get("/recipients?q=matbao").text
    with desk.reading() as session:
        told = session.exec(select(AuditEntry).where(AuditEntry.action == "contact.decided")).all()
    assert [(entry.actor, entry.subject) for entry in told] == [("chi", "matbao")] * 2


def test_what_is_no_address_channel_or_decision_is_refused(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in("hoa")
    page = "/recipients/matbao"
    good = {
        "csrf": token(client, "/recipients"),
        "channel": "email",
        "value": ADDRESS,
        "decision": "confirmed",
        "reason": "x",
    }
    for bad in ({"value": "no address"}, {"value": ""}, {"channel": "pigeon"}, {"decision": "perhaps"}):
        assert client.post(f"{page}/decide", data={**good, **bad}).status_code == 409, bad
    assert states(desk) == {channel.value: channel.state for channel in matbao().channels}


def test_a_learnt_contact_waits_for_another_person(desk: Desk, sign_in: SignIn) -> None:
    with desk.writing() as session:
        quarantine_contact(
            session, subject_kind="host", subject="shop.example", kind=ChannelKind.EMAIL, value="a@shop.example",
            source="<b>trang</b>", now=NOW, entered_by="chi",
        )  # fmt: skip
    client, other = sign_in("chi"), sign_in("hoa")
    shown = client.get("/recipients").text
    assert "a@shop.example" in shown
    assert "<b>trang</b>" not in shown
    words = {"csrf": token(client, "/recipients"), "decision": "confirmed", "reason": "gọi hỏi"}
    assert client.post("/recipients/learnt/1", data=words).status_code == 409, "who entered it does not confirm it"
    words["csrf"] = token(other, "/recipients")
    assert other.post("/recipients/learnt/1", data=words).status_code == 303
    with desk.reading() as session:
        assert session.get_one(LearntContact, 1).state == "confirmed"
    assert "a@shop.example" not in other.get("/recipients").text
    assert other.post("/recipients/learnt/99", data=words).status_code == 404


def test_recipients_are_searched(sign_in: SignIn) -> None:
    client = sign_in("dung")
    found = client.get("/recipients", params={"q": "MATBAO"}).text
    assert ">matbao ·" in found
    assert ">cloudflare ·" not in found
    assert "/recipients/matbao/decide" not in found, "an auditor only reads"
    everybody, silent = client.get("/recipients").text, client.get("/recipients?unconfirmed=1").text
    assert 0 < silent.count("<tr>") < everybody.count("<tr>")


def test_every_channel_has_a_name_in_both_languages() -> None:
    assert {kind.value for kind in ChannelKind} <= set(CHANNELS)
