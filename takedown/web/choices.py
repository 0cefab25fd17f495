"""What a form lets people choose from: one table for the form and for the page that offers a refused one anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request

from takedown.actor import Role
from takedown.recipients import ChannelKind
from takedown.words import word

Option = tuple[str, str, str]  # value, Vietnamese, English


@dataclass(frozen=True, slots=True)
class Choice:
    """One field. ``several``: any number of its options may be ticked, and at least one must be."""

    name: str
    vi: str
    en: str
    options: tuple[Option, ...]
    several: bool = False


def _words(table: str, values: Iterable[str]) -> tuple[Option, ...]:
    return tuple((value, word(table, value, "vi"), word(table, value, "en")) for value in values)


VERDICT = Choice(
    "verdict",
    "Kết luận",
    "Verdict",
    (
        ("confirmed", "Xác nhận lừa đảo", "Confirmed"),
        *_words("state", ("false_positive", "duplicate", "police_first")),
    ),
)
MOVE_TO = Choice("to", "Chuyển sang", "Move to", _words("state", ("refused", "escalated", "closed", "confirmed")))
UPHELD = Choice(
    "upheld",
    "Chấp nhận hay bác bỏ",
    "Uphold or reject",
    (("yes", "Chấp nhận, rút lại tất cả", "Uphold, withdraw everything"), ("no", "Bác bỏ", "Reject")),
)
BECAME = Choice(
    "became",
    "Thư đã gửi chưa",
    "What became of the mail",
    (("sent", "đã gửi", "it left"), ("again", "gửi lại", "send again")),
)
DECISION = Choice(
    "decision",
    "Quyết định",
    "Decision",
    (
        ("confirmed", "đúng, dùng được một năm", "right, usable for a year"),
        ("rejected", "sai, không dùng", "wrong, not used"),
    ),
)
CHANNEL = Choice("channel", "Loại kênh", "Kind of channel", _words("channel", ChannelKind))
PLACE = Choice(
    "place",
    "Gắn vào",
    "Attach to",
    (
        ("notice", "thông báo số", "notice number"),
        ("case", "vụ số", "case number"),
        ("letter", "công văn hồ sơ số", "owner-record letter number"),
    ),
)
ROLES = Choice("roles", "Vai trò", "Roles", _words("role", Role), several=True)

# the address of a form, as its route has it
BY_FORM: dict[str, tuple[Choice, ...]] = {
    "/cases/{number}/judge": (VERDICT,),
    "/cases/bulk": (VERDICT,),
    "/cases/{number}/move": (MOVE_TO,),
    "/appeals/{number}/decide": (UPHELD,),
    "/outbox/{number}/settle": (BECAME,),
    "/recipients/{name}/decide": (CHANNEL, DECISION),
    "/recipients/learnt/{number}": (DECISION,),
    "/replies/{number}/attach": (PLACE,),
    "/people": (ROLES,),
    "/people/roles": (ROLES,),
}


def choices_of(request: Request) -> tuple[Choice, ...]:
    """Those of the form that was sent; none where it has no choices, or its address is none of ours."""
    return BY_FORM.get(getattr(request.scope.get("route"), "path", ""), ())
