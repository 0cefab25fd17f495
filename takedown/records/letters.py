"""The letters of the owner-record desk as plain values: disclose, preserve, remind. Pure; the renderers draw them."""

from dataclasses import dataclass
from datetime import datetime

from takedown.offices import Act, Agency, LegalBasis
from takedown.records.gate import Asked
from takedown.records.requests import Item
from takedown.reports.check_code import check_code, printable_url
from takedown.reports.content import shown_instant
from takedown.reports.letter import Annex, Letter

DISCLOSE, PRESERVE = "disclose", "preserve"
_WANTED = {
    "registrar": "thông tin chủ thể, người quản lý, lịch sử đăng ký và thanh toán, địa chỉ IP khi đăng ký và quản trị",
    "registry": "thông tin chủ thể, nhà đăng ký quản lý, lịch sử đăng ký và thay đổi",
    "host": "thông tin khách thuê máy chủ, thanh toán, địa chỉ IP đăng nhập, thời gian thuê",
    "platform": "thông tin tài khoản tạo trang, thư điện tử, số điện thoại, thanh toán, địa chỉ IP đăng nhập",
    "carrier": "thông tin thuê bao, thời điểm và nơi kích hoạt, lịch sử thay đổi chủ thuê bao",
}
_WANTED_EN = {
    "registrar": "registrant and account data, registration and payment history, IP addresses used",
    "registry": "registrant data, sponsoring registrar, history of registration and changes",
    "host": "customer data, payments, login IP addresses, time of rental; the origin behind a proxy",
    "platform": "data of the account behind the page, e-mail, phone, payments, login IP addresses",
    "carrier": "subscriber data, activation, changes of the subscriber",
}


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter to one recipient says."""

    kind: str
    role: str
    recipient: str
    asked: Asked
    items: tuple[Item, ...]
    legal: tuple[LegalBasis, ...]
    agency: Agency
    signer: tuple[str, ...]
    token: str
    now: datetime
    due_at: datetime | None
    foreign: bool = False
    reminder: int = 0
    earlier: str = ""  # number and day of the letter that is reminded of


def compose_ask(facts: LetterFacts) -> Letter:
    """The official letter; the officer, the purpose and the case's content stay out of it."""
    agency, asked = facts.agency, facts.asked
    verb = "yêu cầu" if agency.act == Act.REQUIRE else "đề nghị"
    what = "cung cấp thông tin" if facts.kind == DISCLOSE else "lưu giữ dữ liệu"
    count = f"{len(facts.items):02d} tên miền, địa chỉ, số điện thoại"
    reminder = "nhắc lại việc " if facts.reminder else ""
    return Letter(
        superior=agency.superior,
        agency=agency.name,
        symbol=agency.symbol + (f"-{agency.filing}" if agency.filing else ""),
        place=agency.place,
        year=facts.now.year,
        subject=f"{reminder}{verb} {what} về {count}",
        to=(facts.recipient,),
        legal=tuple(f"{entry.articles} {entry.citation}".strip() for entry in facts.legal) if not facts.foreign else (),
        paragraphs=_paragraphs(facts, verb),
        signer=facts.signer,
        copies=("Như trên", f"{asked.unit or asked.agency} (để biết)"),
        filing=agency.filing,
        urgency="HỎA TỐC" if asked.urgency.hours is not None else "",
        annexes=(_annex(facts.items),),
        translation=_english(facts) if facts.foreign else (),
        reference=f"lachan, mã trả lời {facts.token}",
    )


def document_of(asked: Asked) -> str:
    """The asking document as a letter names it."""
    day = f" ngày {asked.document_date:%d/%m/%Y}" if asked.document_date else ""
    return f"văn bản số {asked.document_number}{day} của {asked.agency}"


def _paragraphs(facts: LetterFacts, verb: str) -> tuple[str, ...]:
    called, what = facts.agency.called, _WANTED.get(facts.role, _WANTED["host"])
    lines = [f"Thực hiện {document_of(facts.asked)}, {called} {verb} {facts.recipient} phối hợp như sau."]
    if facts.reminder:
        lines.insert(
            0, f"Đến nay {called} chưa nhận được trả lời văn bản {facts.earlier}; đây là lần nhắc {facts.reminder:02d}."
        )
    if facts.kind == DISCLOSE:
        lines.append(
            f"Cung cấp {what} đối với các mục nêu ở Phụ lục\u00a0I. Mục nào không có dữ liệu xin ghi rõ là không có."
        )
    else:
        lines.append(
            f"Lưu giữ nguyên trạng {what} đối với các mục nêu ở Phụ lục\u00a0I, kể cả khi khách hàng xóa hoặc chấm dứt "
            "dịch vụ, cho đến khi có văn bản tiếp theo; không thông báo cho khách hàng nếu pháp luật cho phép."
        )
    if facts.due_at is not None and facts.kind == DISCLOSE:
        lines.append(f"Thời hạn: trước {shown_instant(facts.due_at)}.")
    contact = f" Đầu mối: {facts.agency.contact}." if facts.agency.contact else ""
    lines.append(f"Khi trả lời xin ghi mã {facts.token}.{contact}")
    return tuple(lines)


def _english(facts: LetterFacts) -> tuple[str, ...]:
    what = _WANTED_EN.get(facts.role, _WANTED_EN["host"])
    ask = f"asks you to disclose {what}" if facts.kind == DISCLOSE else f"asks you to preserve, unaltered, {what}"
    return (
        f"To: {facts.recipient}",
        f"{facts.agency.name_en} {ask} for the entries listed in Annex I.",
        "Where your law wants a treaty request for disclosure, please preserve the data and tell us which way to take.",
        *(entry.subject.value for entry in facts.items[:200]),
        f"Please keep the reference {facts.token} in your answer.",
    )


def _annex(items: tuple[Item, ...]) -> Annex:
    rows = []
    for place, entry in enumerate(items, start=1):
        written = "\n".join((entry.subject.value, *map(printable_url, entry.subject.urls[:20])))
        rows.append((str(place), written, check_code(entry.subject.value)))
    return Annex(
        title="Danh mục tên miền, địa chỉ, số điện thoại",
        intro=("Mã kiểm tra là của dòng đầu và đổi khi chép sai một ký tự.",),
        columns=("TT", "Tên miền, địa chỉ, số", "Mã kiểm tra"),
        rows=tuple(rows),
        exact=frozenset({1, 2}),
        widths=(8, 74, 18),
    )
