"""Puts a notice into words: the official letter and the text of a mail, in English too where it goes abroad."""

from takedown.reports.content import NoticeContent, shown_instant, steps_en, steps_vi
from takedown.reports.letter import Annex, Letter

_ASKS_VI = {
    "require": "yêu cầu ngăn chặn, gỡ bỏ",
    "propose": "đề nghị xử lý",
    "report": "báo cáo",
    "ask_clean": "đề nghị khắc phục",
}
_KIND_VI = {"first": "", "reminder": "nhắc lại việc ", "escalation": "đề nghị can thiệp do chưa được trả lời: "}
_WHAT_VI = {
    "require": "yêu cầu {recipient} ngăn chặn, gỡ bỏ nội dung tại các địa chỉ nêu ở Phụ lục\u00a0I",
    "propose": "đề nghị {recipient} xem xét, xử lý theo thẩm quyền các địa chỉ nêu ở Phụ lục\u00a0I",
    "report": "thông báo và đề nghị {recipient} kiểm tra, gỡ bỏ nội dung vi phạm tại các địa chỉ nêu ở Phụ lục\u00a0I",
    "ask_clean": "đề nghị {recipient} làm sạch các trang bị xâm nhập nêu ở Phụ lục\u00a0I; "
    "không đề nghị dừng tên miền hay đóng cả trang",
}
_WHAT_EN = {
    "require": "requires you to block or remove the content at the addresses below",
    "propose": "asks you to act, within your powers, on the addresses below",
    "report": "reports the addresses below and asks you to review and remove the content",
    "ask_clean": "asks you to clean the pages below, which were broken into; we do not ask to suspend the domain",
}
_OPENING_VI = (
    "Qua theo dõi trên không gian mạng, {} ghi nhận {:02d} địa chỉ có dấu hiệu {}, nhằm vào người dùng tại Việt Nam."
)
_CLOSING_VI = (
    "Chứng cứ (ảnh chụp, mã nguồn, tệp WARC) đã được niêm phong; mã băm SHA-256 nêu tại Phụ lục\u00a0II, gói chứng cứ "
    "được cung cấp khi có yêu cầu. Khi trả lời xin ghi mã {}."
)
_OPENING_EN = "{} {}. They show signs of {} aimed at people in Vietnam."
_CLOSING_EN = (
    "Screenshots, page source and WARC files are sealed; SHA-256 digests are given above, the bundle is available on "
    "request. Please keep the reference {} in your answer."
)
_MAX_REASONS = 8


def compose_subject(content: NoticeContent) -> str:
    """The matter in one line, without «V/v»."""
    words = f"{_KIND_VI.get(content.kind, '')}{_ASKS_VI[content.act]} {len(content.urls):02d} trang có dấu hiệu lừa đảo"
    return f"{words} ({content.category_vi.lower()})"


def compose_letter(content: NoticeContent) -> Letter:
    """The official letter with its annexes: the addresses, how to see them, the pictures."""
    return Letter(
        superior=content.superior,
        agency=content.agency,
        symbol=content.symbol + (f"-{content.filing}" if content.filing else ""),
        place=content.place,
        year=content.written_at.year,
        subject=compose_subject(content),
        to=(content.recipient,),
        legal=content.legal if not content.foreign else (),
        paragraphs=_paragraphs(content),
        signer=content.signer,
        copies=("Như trên", "Lãnh đạo đơn vị (để báo cáo)"),
        filing=content.filing,
        urgency="HỎA TỐC" if content.urgent else "",
        annexes=_annexes(content),
        translation=tuple(_english(content)) if content.foreign else (),
        reference=f"lachan vụ {content.case_id}, mã trả lời {content.token}",
    )


def compose_mail_subject(content: NoticeContent) -> str:
    """One line that a ticket system keeps; the token comes back in the answer."""
    if content.foreign:
        kind = {"reminder": "Reminder: ", "escalation": "Escalation: "}.get(content.kind, "")
        return f"{kind}Fraud report: {content.urls[0].host} ({len(content.urls)} URL) [{content.token}]"
    return f"{compose_subject(content)} [{content.token}]"


def compose_mail(content: NoticeContent) -> str:
    """The plain text of the mail, English first where it goes abroad."""
    english, vietnamese = "\n\n".join(_english(content)), "\n\n".join(_vietnamese(content))
    rule = "\n\n" + "-" * 60 + "\n\n"
    return (english + rule + vietnamese if content.foreign else vietnamese) + "\n"


def _paragraphs(content: NoticeContent) -> tuple[str, ...]:
    agency = content.agency_called
    lines = [
        _OPENING_VI.format(agency, len(content.urls), content.category_vi.lower()),
        *([f"Căn cứ nhận diện: {_joined_reasons(content)}"] if content.reasons else []),
        *content.history,
        f"{agency} {_WHAT_VI[content.act].format(recipient=content.recipient)}.",
    ]
    if content.hours is not None and content.act == "require":
        lines.append(f"Thời hạn thực hiện: không quá {content.hours:02d} giờ kể từ khi nhận được yêu cầu.")
    if content.accounts or content.phones:
        named = ", ".join((*content.accounts, *content.phones))
        lines.append(f"Tài khoản, số điện thoại nêu trên trang: {named}.")
    contact = f" Đầu mối: {content.contact}." if content.contact else ""
    lines.append(_CLOSING_VI.format(content.token) + contact)
    return tuple(lines)


def _annexes(content: NoticeContent) -> tuple[Annex, ...]:
    addresses = Annex(
        title="Danh mục địa chỉ",
        intro=("Mã kiểm tra đổi khi chép sai một ký tự; phông chữ phân biệt số 1, chữ l, chữ I và số 0, chữ O.",),
        columns=("TT", "Địa chỉ", "Mã kiểm tra", "Lần cuối còn thấy"),
        rows=tuple(
            (str(place), entry.url, entry.code, shown_instant(entry.seen_at))
            for place, entry in enumerate(content.urls, start=1)
        ),
        exact=frozenset({1, 2}),
        widths=(7, 55, 16, 22),
    )
    recipe = Annex(
        title="Cách xem lại và chứng cứ",
        columns=("TT", "Cách xem lại", "SHA-256 của bản kê chứng cứ"),
        rows=tuple(
            (str(place), steps_vi(entry) + (f" {steps_en(entry)}" if content.foreign else ""), entry.manifest_digest)
            for place, entry in enumerate(content.urls, start=1)
        ),
        exact=frozenset({2}),
        widths=(7, 51, 42),
        pictures=content.pictures,
    )
    return addresses, recipe


def _vietnamese(content: NoticeContent) -> list[str]:
    lines = [f"Kính gửi: {content.recipient}", *_paragraphs(content)]
    if content.act in {"require", "propose"} and content.legal:
        lines.insert(1, "\n".join(f"Căn cứ {entry};" for entry in content.legal))
    return [*lines, _listed_urls(content, vietnamese=True), content.agency_called]


def _english(content: NoticeContent) -> list[str]:
    lines = [
        f"To: {content.recipient}",
        _OPENING_EN.format(content.agency_en, _WHAT_EN[content.act], content.category_en.lower()),
        *([f"Why you: {content.why_en}."] if content.why_en else []),
    ]
    if content.reasons:
        lines.append("What was found:\n" + "\n".join(f"- {entry.en}" for entry in content.reasons[:_MAX_REASONS]))
    if content.foreign and content.legal:
        lines.append("Basis: " + "; ".join(content.legal) + ".")
    return [
        *lines,
        _listed_urls(content, vietnamese=False),
        _CLOSING_EN.format(content.token),
        content.agency_en,
    ]


def _listed_urls(content: NoticeContent, *, vietnamese: bool) -> str:
    seen, check, steps = ("thấy lúc", "mã kiểm tra", steps_vi) if vietnamese else ("seen", "check code", steps_en)
    lines = []
    for place, entry in enumerate(content.urls, start=1):
        lines += [
            f"{place}. {entry.url}",
            f"   {check}: {entry.code}; {seen}: {shown_instant(entry.seen_at)}",
            f"   {steps(entry)}",
            f"   SHA-256: {entry.manifest_digest}",
        ]
    return "\n".join(lines)


def _joined_reasons(content: NoticeContent) -> str:
    return "; ".join(_lowered(entry.vi.rstrip(" .")) for entry in content.reasons[:_MAX_REASONS]) + "."


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words
