"""Takes a notice back in words and on paper, naming every address that has to leave the lists made from it."""

from dataclasses import dataclass
from datetime import datetime

from takedown.reports.content import shown_instant
from takedown.reports.letter import Annex, Letter

_WORDS_VI = (
    "Chúng tôi rút lại thông báo mã {token} («{subject}»). Trang nêu trong đó được xác định không vi phạm.\n\n"
    "Đề nghị quý cơ quan, đơn vị hủy các biện pháp đã áp dụng theo thông báo, gỡ các địa chỉ dưới đây khỏi mọi danh "
    "sách đã lập từ thông báo đó, và trả lời xác nhận kèm mã {reply}.\n"
)
_WRONG_VI = (
    "{called} rút lại thông báo mã {token}{sent} («{subject}»). Các trang nêu tại Phụ lục\u00a0I được xác định không "
    "vi phạm."
)
_UNDO_VI = (
    "{called} đề nghị {recipient} hủy các biện pháp đã áp dụng theo thông báo, gỡ các địa chỉ tại Phụ lục\u00a0I khỏi "
    "mọi danh sách đã lập từ thông báo đó."
)
_WORDS_EN = (
    "We withdraw our report {token} («{subject}»). The site named in it was found not to be in violation.\n\n"
    "Please undo what was done because of that report, remove the addresses below from every list made from it, and "
    "confirm, keeping the reference {reply}.\n"
)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A notice that was wrong. ``urls``: (address, check code) as it named them; ``reply``: the code of the answer."""

    case_id: int
    recipient: str
    token: str
    subject: str
    sent_at: datetime | None
    reply: str
    urls: tuple[tuple[str, str], ...]
    foreign: bool
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """The agency's letterhead on the day of the withdrawal."""

    superior: str
    agency: str
    called: str
    symbol: str
    place: str
    filing: str
    contact: str
    signer: tuple[str, ...]


def compose_words(taken: TakenBack) -> str:
    """The plain text, as a mail or a form carries it."""
    words = _WORDS_EN if taken.foreign else _WORDS_VI
    code = "check code" if taken.foreign else "mã kiểm tra"
    listed = "".join(f"\n{place}. {url}\n   {code}: {check}" for place, (url, check) in enumerate(taken.urls, start=1))
    return words.format(token=taken.token, subject=taken.subject, reply=taken.reply) + (listed + "\n" if listed else "")


def compose_letter(taken: TakenBack, paper: Paper) -> Letter:
    """The official letter with the addresses as its annex; it has effect once it is numbered, dated and signed."""
    sent = f", gửi {shown_instant(taken.sent_at)}" if taken.sent_at is not None else ""
    contact = f" Đầu mối: {paper.contact}." if paper.contact else ""
    annex = Annex(
        title="Danh mục địa chỉ được rút lại",
        intro=("Mã kiểm tra đổi khi chép sai một ký tự.",),
        columns=("TT", "Địa chỉ", "Mã kiểm tra"),
        rows=tuple((str(place), url, check) for place, (url, check) in enumerate(taken.urls, start=1)),
        exact=frozenset({1, 2}),
        widths=(8, 74, 18),
    )
    return Letter(
        superior=paper.superior,
        agency=paper.agency,
        symbol=paper.symbol + (f"-{paper.filing}" if paper.filing else ""),
        place=paper.place,
        year=taken.written_at.year,
        subject=f"rút lại thông báo mã {taken.token}",
        to=(taken.recipient,),
        legal=(),
        paragraphs=(
            _WRONG_VI.format(called=paper.called, token=taken.token, sent=sent, subject=taken.subject),
            _UNDO_VI.format(called=paper.called, recipient=taken.recipient),
            f"Khi trả lời xác nhận xin ghi mã {taken.reply}.{contact}",
        ),
        signer=paper.signer,
        copies=("Như trên", "Lãnh đạo đơn vị (để báo cáo)"),
        filing=paper.filing,
        urgency="HỎA TỐC",
        annexes=(annex,),
        translation=tuple(compose_words(taken).strip().split("\n\n")) if taken.foreign else (),
        reference=f"lachan vụ {taken.case_id}, mã trả lời {taken.reply}",
    )
