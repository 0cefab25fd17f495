"""A week's work on the demo's cases, done through the services: for pictures of the desk as its people see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlmodel import Session, select

from storage.models import Case, DomainRecord, Notice, SavedView, Verification
from storage.vault import Vault, add_key
from takedown import notices, review
from takedown.actor import CONSOLE, Actor, Role
from takedown.appeals import decide_appeal, receive_appeal
from takedown.delivery.outbox import queue_released
from takedown.delivery.replies import take_reply
from takedown.drafting import draft_notices
from takedown.gathering import merge
from takedown.lifecycle import CaseState, transition
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import Decision, decide_contact, quarantine_contact
from takedown.records import answers, asking, requests
from takedown.records.gate import Asked, Attachment, Urgency
from takedown.records.subjects import read_subjects
from takedown.staff import add_person
from takedown.watching import start_watch
from takedown.web.desk import Desk
from takedown.withdrawal import record_publication

PASSWORD = "mot mat khau dai"
LAN = Actor("lan", frozenset({Role.REVIEWER}))
MINH = Actor("minh", frozenset({Role.REVIEWER}))
HANH = Actor("hanh", frozenset({Role.APPROVER}))
TAM = Actor("tam", frozenset({Role.APPROVER}))
SON = Actor("son", frozenset({Role.POLICE}))
THU = Actor("thu", frozenset({Role.AUDITOR}))
QUAN = Actor("quan", frozenset({Role.ADMINISTRATOR}))
PEOPLE = (
    (LAN, "Nguyễn Thị Lan"), (MINH, "Trần Quang Minh"), (HANH, "Lê Thị Mỹ Hạnh"), (TAM, "Phạm Minh Tâm"),
    (SON, "Đại úy Vũ Hoàng Sơn"), (THU, "Đỗ Anh Thư"), (QUAN, "Huỳnh Trung Quân"),
)  # fmt: skip
HOUR = timedelta(hours=1)
LISTED = (
    "xakho-thoitrang.example\nhxxps://dienmay-giagoc24h[.]example/thanh-toan\nxn--vetcombank-x2i.example\n0905 123 456"
)


@dataclass(frozen=True)
class Living:
    """The desk and the numbers of what was made: by host, the case."""

    desk: Desk
    now: datetime
    cases: dict[str, int]


def known(desk: Desk) -> Living | None:
    """The desk as it was left, where the week was done already."""
    with desk.reading() as session:
        if session.exec(select(SavedView)).first() is None:
            return None
        return Living(desk, desk.clock(), {case.host: case.id or 0 for case in session.exec(select(Case))})


def live(desk: Desk) -> Living:
    """Does the week. The desk has the demo's cases and a file for the record keys."""
    now = desk.clock()
    with desk.writing() as session:
        for person, full_name in PEOPLE:
            words = {"name": person.name, "full_name": full_name, "roles": person.roles, "password": PASSWORD}
            add_person(session, **words, actor=CONSOLE, now=now - 240 * HOUR)  # type: ignore[arg-type]
        cases = {case.host: case.id or 0 for case in session.exec(select(Case))}
    living = Living(desk, now, cases)
    for step in (_past, _look_ups, _judge, _notify, _silence, _removed, _object, _learn, _records, _habits):
        with desk.writing() as session:
            step(living, session)
    return living


def _number(living: Living, word: str) -> int:
    return next(number for host, number in living.cases.items() if word in host)


def _past(living: Living, session: Session) -> None:
    """Ninety days of closed cases, so that the dashboard has curves."""
    kinds = ("fake_shop", "phishing", "investment", "loan", "job_task")
    for place in range(60):
        opened = living.now - timedelta(days=7 + place * 1.4)
        kind = kinds[place % len(kinds)]
        down = timedelta(hours=6 + (place * 37) % 190) if place % 7 else None
        host = f"{('shop', 'dangnhap', 'vip', 'vaynhanh', 'nhiemvu')[place % 5]}-{place:02}.example"
        case = Case(
            host=host, domain=host, url=f"https://{host}/", open_key=None, state=CaseState.CLOSED, level="likely",
            points=4.0 + place % 5, category=kind, title=f"Vụ cũ: {host}", opened_at=opened, updated_at=opened,
            down_at=opened + down if down is not None else None,
        )  # fmt: skip
        session.add(case)
        session.flush()
        if down is not None:
            from storage.models import CaseEvent

            detail = {"from": "waiting", "to": "down", "reason": "đã gỡ, kiểm tra thống nhất"}
            event = CaseEvent(
                case_id=case.id or 0, at=opened + down, kind="transition", actor="verification", detail=detail
            )
            session.add(event)


def _look_ups(living: Living, session: Session) -> None:
    """What registries would say of the sample sites."""
    for place, host in enumerate(living.cases):
        vietnamese = place % 3 == 0
        facts = {
            "registrar": "Mat Bao Corporation" if vietnamese else "GoDaddy.com, LLC",
            "registrar_id": "1586" if vietnamese else "146",
            "registered_at": (living.now - timedelta(days=9 + place)).isoformat(),
            "nameservers": [f"ns{number}.dns-{place % 4}.example" for number in (1, 2)],
            "addresses": [f"203.0.113.{7 + place % 4}"],
            "networks": [
                {"address": f"203.0.113.{7 + place % 4}", "asn": 13335, "name": "CLOUDFLARENET", "country": "US"}
            ],
            "statuses": ["client transfer prohibited"],
        }
        session.add(DomainRecord(domain=host, host=host, looked_up_at=living.now, facts=facts, lookups=[
            {"service": "rdap", "state": "found", "source": "rdap.example"},
            {"service": "whois", "state": "throttled", "reason": "giới hạn số lần hỏi"},
        ]))  # fmt: skip


def _judge(living: Living, session: Session) -> None:
    reasons = {
        "xakho": "Thu cọc 50% vào tài khoản cá nhân, không giao hàng; gọi số điện thoại không liên lạc được.",
        "dichvu-hotrothe": "Giả Techcombank, đòi số thẻ và mã OTP.",
        "vietcombank": "Giả trang đăng nhập Vietcombank.",
        "apexfx": "Hứa lãi 3% mỗi ngày, nạp USDT, không giấy phép.",
        "vneid": "Giả Bộ Công an, dẫn tới tệp APK.",
        "mall-nhiemvu": "Nhiệm vụ nạp tiền nhận hoa hồng.",
        "momo": "Giả MoMo, thu mã OTP ví.",
    }
    for place, (word, reason) in enumerate(reasons.items()):
        number, at = _number(living, word), living.now - (50 - 6 * place) * HOUR
        actor = LAN if place % 2 else MINH
        review.take(session, number, actor=actor, now=at)
        review.judge(session, number, CaseState.CONFIRMED, reason=reason, actor=actor, now=at + HOUR / 6)
    honest = _number(living, "bitis")
    review.take(session, honest, actor=LAN, now=living.now - 5 * HOUR)
    words = "Cửa hàng có đăng ký, giảm giá theo mùa; số điện thoại và mã số thuế khớp."
    review.judge(session, honest, CaseState.FALSE_POSITIVE, reason=words, actor=LAN, now=living.now - 5 * HOUR)
    review.take(session, _number(living, "chungkhoan"), actor=MINH, now=living.now)
    review.assign(session, _number(living, "greenenergy"), "lan", actor=HANH, now=living.now)
    words = "Cùng tài khoản nhận tiền và cùng mẫu trang."
    merge(
        session,
        _number(living, "dichvu-hotrothe"),
        _number(living, "sanvang"),
        reason=words,
        actor=MINH,
        now=living.now,
    )


def _notify(living: Living, session: Session) -> None:
    cloudflare = load_recipients().get("cloudflare")
    assert cloudflare is not None
    decide_contact(
        session, cloudflare, ChannelKind.EMAIL, "abuse@cloudflare.example", decision=Decision.CONFIRMED, actor="hanh",
        reason="gọi tổng đài hỏi", now=living.now - 60 * HOUR,
    )  # fmt: skip
    for word, recipients, released in (
        ("xakho", ["cloudflare", "pa05_hcm"], True),
        ("dichvu-hotrothe", ["cloudflare", "pa05_hcm"], True),
        ("apexfx", ["pa05_hcm"], True),
        ("vietcombank", ["pa05_hcm"], True),
        ("vneid", ["pa05_hcm", "a05"], False),
    ):
        words = {"head": living.desk.letterhead, "actor": MINH, "now": living.now - 20 * HOUR}
        drafts = draft_notices(
            session,
            living.desk.store,
            _number(living, word),
            recipients=recipients,
            reason="cần báo sớm",
            **words,  # type: ignore[arg-type]
        )
        for draft in drafts if released else ():
            notices.release_notice(session, draft.id or 0, actor=HANH, now=living.now - 19 * HOUR)
            if draft.channel != "email":
                proof = f"Số {100 + (draft.id or 0)}/SKHCN-BCVT ngày 26/11/2026"
                notices.mark_sent(session, draft.id or 0, proof=proof, actor=LAN, now=living.now - 18 * HOUR)
    queue_released(session, living.desk.store, sender="desk@agency.example", now=living.now - 18 * HOUR)


def _silence(living: Living, session: Session) -> None:
    """One notice is overdue, one was answered."""
    sent = session.exec(select(Notice).where(Notice.state == "sent").order_by(Notice.id)).all()  # type: ignore[arg-type]
    sent[0].due_at = living.now - 30 * HOUR
    session.add(sent[0])
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Phòng PA05 <pa05@agency.example>", f"Trả lời [{sent[1].token}]"
    mail.set_content("Đã tiếp nhận, chuyển đơn vị xác minh tài khoản nhận tiền.\nTrân trọng.")
    take_reply(session, living.desk.store, mail.as_bytes(), now=living.now - 2 * HOUR)


def _removed(living: Living, session: Session) -> None:
    case = session.get_one(Case, _number(living, "vietcombank"))
    for hours in (30, 6):
        reason = "phone: HTTP 404: the page is not there; desktop: HTTP 404: the page is not there"
        session.add(Verification(
            case_id=case.id or 0, url=case.url, at=living.now - hours * HOUR, verdict="removed", acted="owner_or_host",
            reason=reason, observations=[],
        ))  # fmt: skip
    words = "đã gỡ, kiểm tra thống nhất ít nhất 20 giờ; bên xử lý: owner_or_host"
    transition(session, case, CaseState.DOWN, actor="verification", reason=words, now=living.now - 6 * HOUR)
    start_watch(session, case.id or 0, now=living.now - 6 * HOUR, purpose="relapse")


def _object(living: Living, session: Session) -> None:
    momo = _number(living, "momo")
    record_publication(
        session, momo, place="danh-sach-chan.txt", value="momo-trianquatang.example", digest="aa" * 32, now=living.now
    )
    words = {
        "name": "Công ty TNHH Quà Tặng Việt",
        "contact": "lienhe@momo-trianquatang.example",
        "now": living.now - 4 * HOUR,
    }
    receipt = receive_appeal(
        session, url="https://momo-trianquatang.example/",
        text="Chúng tôi là đại lý quà tặng, có hợp đồng số 18/2026 với ví.\nGiấy phép gửi qua thư.",
        **words,  # type: ignore[arg-type]
    )  # fmt: skip
    decision = "Đã đối chiếu hợp đồng: trang được ủy quyền. Mọi thông báo được rút lại."
    decide_appeal(
        session, living.desk.store, receipt.appeal_id, upheld=True, decision=decision, actor=TAM, now=living.now - HOUR
    )
    receive_appeal(
        session, url="https://xakho-thoitrang.example/", text="Chúng tôi chỉ bán hàng thanh lý, mọi đơn đều được giao.",
        name="Chủ shop", contact="0905 123 456", now=living.now - 2 * HOUR,
    )  # fmt: skip


def _learn(living: Living, session: Session) -> None:
    quarantine_contact(
        session, subject_kind="host", subject="xakho-thoitrang.example", kind=ChannelKind.EMAIL,
        value="cskh@xakho-thoitrang.example", source="chân trang", now=living.now, entered_by="lan",
    )  # fmt: skip


def _records(living: Living, session: Session) -> None:
    """One request that is answered in part, one draft that lacks what the law wants."""
    path = Path(living.desk.records_key_file)
    if not path.exists():
        add_key(path)
    vault, store, now = Vault.load(path), living.desk.store, living.now
    asked = Asked(
        document_number="45/CV-PA05", document_date=(now - 40 * HOUR).date(), agency="Công an Thành phố Hồ Chí Minh",
        unit="Phòng PA05", officer="Đại úy Vũ Hoàng Sơn", contact="028 3838 0000", case_number="123/2026",
        legal=("luat_an_ninh_mang_2025_thong_tin",), urgency=Urgency.HOURS_24,
        purpose="Xác minh chủ thể vụ lừa đảo chiếm đoạt tài sản qua bán hàng trên mạng.",
        subjects=read_subjects(LISTED), pasted=LISTED, received_at=now - 39 * HOUR,
    )  # fmt: skip
    order = Attachment.read("Công văn 45.pdf", b"%PDF-1.7 order")
    taken = requests.take_request(session, store, vault, asked, order=order, actor=SON, now=now - 39 * HOUR)
    number = taken.request.id or 0
    requests.accept_request(session, vault, number, actor=HANH, now=now - 38 * HOUR)
    prepared = asking.prepare_asks(session, vault, number, head=living.desk.letterhead, actor=LAN, now=now - 37 * HOUR)
    for place, letter in enumerate(
        asking.add_asks(session, store, vault, number, prepared, actor=LAN, now=now - 37 * HOUR)
    ):
        if place % 2 == 0:
            proof = f"Số {30 + place}/SKHCN ngày 26/11/2026"
            asking.release_ask(session, letter.id or 0, proof=proof, actor=HANH, now=now - 36 * HOUR)
    answers.add_answer(
        session, store, vault, number, about="xakho-thoitrang.example", state=answers.AnswerState.FOUND,
        source="Số 12/NĐK-PL ngày 27/11/2026",
        facts=(("Chủ thể", "Nguyễn Thị Ánh Tuyết"), ("Số định danh", "079012345678"), ("Điện thoại", "0912345678")),
        received_at=now - 3 * HOUR, actor=LAN, now=now - 3 * HOUR,
    )  # fmt: skip
    for letter in asking.asks_of(session, number):
        if letter.state == "sent":
            take_reply(session, store, _mailed(letter.token), now=now - HOUR, vault=vault)
            break
    draft = Asked(
        document_number="51/CV-PA05", agency="Công an Thành phố Hồ Chí Minh", unit="PA05", officer="Vũ Hoàng Sơn",
        purpose="Xác minh", subjects=read_subjects("mau-thu.vn\n=khong\u202e phai ten"),
        pasted="mau-thu.vn\n=khong\u202e phai ten", received_at=now,
    )  # fmt: skip
    requests.take_request(session, store, vault, draft, actor=SON, now=now)


def _mailed(token: str) -> bytes:
    """A registrar's answer by mail, with a paper and a file that nobody should open."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Phòng Pháp chế <phap-che@nha-dang-ky.example>", f"Trả lời công văn {token}"
    mail.set_content("Kính gửi Quý Sở,\n\nChủ thể: Nguyễn Thị Ánh Tuyết\nĐiện thoại: 0912 345 678\nTrân trọng.\n")
    mail.add_attachment(b"%PDF-1.7 answer", maintype="application", subtype="pdf", filename="cv-tra-loi.pdf")
    mail.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="hinh-anh.exe")
    return mail.as_bytes()


def _habits(living: Living, session: Session) -> None:
    for name, query in (
        ("Ngân hàng, gần như chắc", "level=near_certain&category=phishing"),
        ("Của tôi", "mine=1&state=open"),
    ):
        session.add(SavedView(staff_name="lan", name=name, query=query, created_at=living.now))
