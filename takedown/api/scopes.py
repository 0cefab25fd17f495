"""What a token may be used for. A scope narrows what its owner may do; it never widens it."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from takedown.actor import Role
from takedown.errors import StaffError
from takedown.web.access import ADMINISTER, APPROVE, AUDIT, CASES, CONTACTS, MAKE_RECORDS, RECORDS, REVIEW, VOUCH


class Scope(StrEnum):
    CASES_READ = "cases:read"
    CASES_DECIDE = "cases:decide"
    NOTICES_WRITE = "notices:write"
    NOTICES_RELEASE = "notices:release"
    APPEALS_DECIDE = "appeals:decide"
    RECIPIENTS_READ = "recipients:read"
    RECIPIENTS_DECIDE = "recipients:decide"
    RECORDS_READ = "records:read"
    RECORDS_WRITE = "records:write"
    RECORDS_PERSONAL = "records:personal"
    STATISTICS_READ = "statistics:read"
    AUDIT_READ = "audit:read"
    PEOPLE_CONFIRM = "people:confirm"
    PEOPLE_LINK = "people:link"


# scope: (Vietnamese, English, whose token may have it)
MEANINGS: dict[Scope, tuple[str, str, frozenset[Role] | None]] = {
    Scope.CASES_READ: (
        "đọc vụ, chứng cứ, thông báo, hộp gửi, khiếu nại",
        "reads cases, evidence, notices, outbox, appeals",
        CASES.roles,
    ),
    Scope.CASES_DECIDE: ("nhận, giao, kết luận, gộp, tách vụ", "takes, assigns, judges, merges, splits", REVIEW.roles),
    Scope.NOTICES_WRITE: (
        "soạn, hủy, nhắc, ghi nhận thông báo",
        "drafts, cancels, reminds, marks as sent",
        REVIEW.roles,
    ),
    Scope.NOTICES_RELEASE: ("duyệt thông báo, xử lý thư", "releases notices, settles mails", APPROVE.roles),
    Scope.APPEALS_DECIDE: (
        "quyết định khiếu nại, rút lại, chứng minh",
        "decides appeals, withdraws, proves",
        REVIEW.roles,
    ),
    Scope.RECIPIENTS_READ: ("đọc nơi nhận", "reads recipients", CASES.roles),
    Scope.RECIPIENTS_DECIDE: ("xác nhận địa chỉ nơi nhận", "confirms channels", CONTACTS.roles),
    Scope.RECORDS_READ: ("đọc danh sách yêu cầu hồ sơ", "reads the list of record requests", RECORDS.roles),
    Scope.RECORDS_WRITE: ("lập, nhận, hỏi, trả lời yêu cầu", "makes, accepts, asks, answers", MAKE_RECORDS.roles),
    Scope.RECORDS_PERSONAL: ("mở dữ liệu cá nhân, có lý do", "opens personal data, for a reason", MAKE_RECORDS.roles),
    Scope.STATISTICS_READ: ("đọc thống kê", "reads statistics", CASES.roles),
    Scope.AUDIT_READ: ("đọc và kiểm tra nhật ký", "reads and verifies the audit log", AUDIT.roles),
    Scope.PEOPLE_CONFIRM: ("xác nhận tài khoản chờ", "confirms accounts that wait", VOUCH.roles),
    Scope.PEOPLE_LINK: (
        "liên kết tài khoản với nơi đăng nhập",
        "links accounts to the sign-in provider",
        ADMINISTER.roles,
    ),
}


def scopes_for(roles: Iterable[Role]) -> tuple[Scope, ...]:
    """Those that a person with these roles can make use of."""
    have = set(roles)
    return tuple(scope for scope, (_, _, whose) in MEANINGS.items() if whose is None or whose & have)


def read_scopes(words: Collection[str], roles: Iterable[Role]) -> tuple[Scope, ...]:
    """In the order of the table. Raises StaffError for none, unknown ones, or more than the roles allow."""
    unknown = sorted(set(words) - set(Scope))
    if unknown or not words:
        raise StaffError(
            f"unknown scope {', '.join(unknown)[:200] or '(none)'}; use one or more of {', '.join(Scope)}",
            f"phạm vi lạ {', '.join(unknown)[:200] or '(trống)'}; dùng một hay nhiều trong {', '.join(Scope)}",
        )
    allowed = set(scopes_for(roles))
    beyond = sorted(set(words) - allowed)
    if beyond:
        raise StaffError(
            f"a token does no more than its owner: these roles reach no {', '.join(beyond)}",
            f"khóa không làm được hơn chủ của nó: các vai này không tới {', '.join(beyond)}",
        )
    return tuple(scope for scope in Scope if scope in set(words))
