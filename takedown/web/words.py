"""Names of states, levels, verdicts and outcomes as the desk shows them, in Vietnamese and English."""

from collections.abc import Mapping

STATES = {
    "new": ("Mới", "New"),
    "in_review": ("Đang xét", "In review"),
    "confirmed": ("Đã xác nhận", "Confirmed"),
    "false_positive": ("Báo nhầm", "False positive"),
    "duplicate": ("Trùng", "Duplicate"),
    "police_first": ("Công an trước", "Police first"),
    "requested": ("Đã duyệt yêu cầu", "Requested"),
    "waiting": ("Chờ trả lời", "Waiting"),
    "down": ("Đã gỡ (kiểm chứng)", "Down (verified)"),
    "refused": ("Bị từ chối", "Refused"),
    "escalated": ("Đã chuyển cấp trên", "Escalated"),
    "closed": ("Đóng", "Closed"),
}
LEVELS = {
    "clean": ("Sạch", "Clean"),
    "watch": ("Theo dõi", "Watch"),
    "suspicious": ("Nghi ngờ", "Suspicious"),
    "likely": ("Rất có thể", "Likely"),
    "near_certain": ("Gần như chắc chắn", "Near certain"),
    "unknown": ("Chưa rõ", "Unknown"),
}
ACTS = {
    "require": ("yêu cầu", "requires"),
    "propose": ("đề nghị", "proposes"),
    "report": ("báo cáo", "reports"),
    "ask_clean": ("đề nghị làm sạch", "asks to clean"),
    "inform": ("thông báo", "informs"),
}
NOTICE_STATES = {
    "draft": ("Nháp, chờ duyệt", "Draft, awaits release"),
    "released": ("Đã duyệt, chưa gửi", "Released, not sent"),
    "sent": ("Đã gửi", "Sent"),
    "answered": ("Đã trả lời", "Answered"),
    "cancelled": ("Đã hủy", "Cancelled"),
    "withdrawn": ("Đã rút lại", "Withdrawn"),
}
EFFECTS = {
    "refuse": ("Không được", "Refused"),
    "wait": ("Chờ", "Wait"),
    "narrow": ("Thu hẹp", "Narrowed"),
    "warn": ("Lưu ý", "Note"),
}
ROLES = {
    "reviewer": ("Xét duyệt", "Reviewer"),
    "approver": ("Phê duyệt", "Approver"),
    "police": ("Công an", "Police"),
    "auditor": ("Kiểm tra", "Auditor"),
    "administrator": ("Quản trị", "Administrator"),
}
TABLES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "state": STATES,
    "level": LEVELS,
    "act": ACTS,
    "notice": NOTICE_STATES,
    "effect": EFFECTS,
    "role": ROLES,
}


def word(table: str, value: str, language: str) -> str:
    """The name of a value; a value that the table lacks is shown as it is stored."""
    pair = TABLES[table].get(value)
    return value if pair is None else pair[language == "en"]
