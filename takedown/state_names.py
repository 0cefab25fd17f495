"""What states are called, in Vietnamese and English: on pages, on the command line, in what the guards say."""

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
CONTACT_STATES = {
    "confirmed": ("đã xác nhận", "confirmed"),
    "unconfirmed": ("chưa xác nhận", "unconfirmed"),
    "quarantined": ("cách ly, không dùng", "quarantined, not used"),
}
