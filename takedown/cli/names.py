"""What states, levels and kinds of events are called in tables, in Vietnamese and English."""

STATES = {
    "new": ("mới", "new"),
    "in_review": ("đang xét", "in review"),
    "confirmed": ("xác nhận lừa đảo", "confirmed"),
    "false_positive": ("báo nhầm", "false positive"),
    "duplicate": ("trùng", "duplicate"),
    "police_first": ("chuyển công an trước", "police first"),
    "requested": ("đã yêu cầu gỡ", "requested"),
    "waiting": ("chờ trả lời", "waiting"),
    "down": ("đã gỡ", "down"),
    "refused": ("bị từ chối", "refused"),
    "escalated": ("đã báo cấp trên", "escalated"),
    "closed": ("đã đóng", "closed"),
}
LEVELS = {
    "unknown": ("chưa biết", "unknown"),
    "clean": ("không dấu hiệu", "clean"),
    "watch": ("theo dõi", "watch"),
    "suspicious": ("đáng ngờ", "suspicious"),
    "likely": ("khả năng cao", "likely"),
    "near_certain": ("gần như chắc", "near certain"),
}
EVENTS = {
    "opened": ("mở vụ", "opened"),
    "seen_again": ("thấy lại", "seen again"),
    "transition": ("đổi trạng thái", "state changed"),
    "note": ("ghi chú", "note"),
    "assigned": ("giao việc", "assigned"),
    "blind": ("xét kín hai người", "blind review"),
    "opinion": ("ý kiến xét kín", "blind opinion"),
    "disputed": ("hai ý kiến khác nhau", "opinions differ"),
    "handling": ("cách xử lý", "handling"),
    "merged": ("gộp vụ", "merged"),
    "split": ("tách vụ", "split"),
    "notice_drafted": ("soạn thông báo", "notice drafted"),
    "notice_released": ("duyệt thông báo", "notice released"),
    "notice_cancelled": ("hủy thông báo", "notice cancelled"),
    "notice_sent": ("đã gửi thông báo", "notice sent"),
    "reply": ("có trả lời", "answer"),
    "verified": ("kiểm tra gỡ", "verified"),
    "appeal": ("khiếu nại", "appeal"),
    "appeal_decided": ("giải quyết khiếu nại", "appeal decided"),
    "withdrawn": ("rút lại", "withdrawn"),
    "domain_changed": ("tên miền thay đổi", "domain changed"),
}
TIMESTAMPS = {
    "stamped": ("đã đóng dấu giờ", "time-stamped"),
    "pending": ("chờ dấu giờ", "time-stamp pending"),
    "off": ("không dùng dấu giờ", "no time-stamps"),
    "": ("chỉ giữ mã băm", "digest only"),
}


def named(names: dict[str, tuple[str, str]], word: str, language: str) -> str:
    """The name in ``vi`` or ``en``; a word without a name shows itself."""
    vietnamese, english = names.get(word, (word, word))
    return english if language == "en" else vietnamese
