"""Names of states, levels, verdicts and outcomes in Vietnamese and English: one vocabulary for desk and terminal."""

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
CONTACT_STATES = {
    "confirmed": ("đã xác nhận", "confirmed"),
    "unconfirmed": ("chưa xác nhận", "unconfirmed"),
    "quarantined": ("cách ly, không dùng", "quarantined, not used"),
}
LEVELS = {
    "clean": ("Không dấu hiệu", "Clean"),
    "watch": ("Theo dõi", "Watch"),
    "suspicious": ("Đáng ngờ", "Suspicious"),
    "likely": ("Khả năng cao", "Likely"),
    "near_certain": ("Gần như chắc", "Near certain"),
    "unknown": ("Chưa biết", "Unknown"),
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
VANTAGES = {"phone": ("Điện thoại", "Phone"), "desktop": ("Máy tính", "Desktop"), "fetch": ("Tải thô", "Plain fetch")}
OUTCOMES = {
    "read": ("đọc được", "read"),
    "http_error": ("lỗi HTTP", "HTTP error"),
    "empty_shell": ("vỏ rỗng", "empty shell"),
    "challenge": ("có lớp kiểm tra", "challenge"),
    "not_a_page": ("không phải trang", "not a page"),
    "not_found": ("báo không tìm thấy", "says not found"),
    "parked": ("tên miền để không", "parked"),
    "suspended": ("bị tạm ngưng", "suspended"),
    "login_wall": ("chỉ có cửa đăng nhập", "login wall"),
    "unreadable": ("không đọc nổi", "unreadable"),
    "too_heavy": ("quá nặng", "too heavy"),
    "truncated": ("bị cắt", "cut short"),
    "too_many_redirects": ("chuyển hướng quá nhiều", "too many redirects"),
    "egress_refused": ("ta từ chối kết nối", "refused by our policy"),
    "robots_disallowed": ("robots.txt không cho", "robots.txt says no"),
    "dns_failed": ("không phân giải được tên", "name not resolved"),
    "connect_failed": ("không kết nối được", "no connection"),
    "tls_failed": ("lỗi TLS", "TLS failed"),
    "timed_out": ("quá giờ", "timed out"),
    "browser_failed": ("trình duyệt của ta hỏng", "our browser failed"),
    "failed": ("hỏng", "failed"),
}
VERDICTS = {
    "live": ("còn sống", "live"),
    "removed": ("đã gỡ", "removed"),
    "suspended": ("bị tạm ngưng", "suspended"),
    "parked": ("để không", "parked"),
    "dns_hold": ("bị giữ tên miền", "DNS hold"),
    "challenge": ("có lớp kiểm tra", "challenge"),
    "cloaked": ("che giấu theo người xem", "cloaked"),
    "changed": ("đã đổi nội dung", "changed"),
    "our_fault": ("lỗi phía ta", "our fault"),
    "unknown": ("chưa rõ", "unknown"),
}
EVENTS = {
    "opened": ("Mở vụ", "Opened"),
    "seen_again": ("Thấy lại", "Seen again"),
    "transition": ("Chuyển trạng thái", "Moved"),
    "assigned": ("Giao việc", "Assigned"),
    "opinion": ("Ý kiến", "Opinion"),
    "disputed": ("Bất đồng", "Disputed"),
    "blind": ("Xét độc lập", "Blind review"),
    "handling": ("Cách xử lý", "Handling"),
    "merged_into": ("Trùng với vụ khác", "Duplicate of another case"),
    "note": ("Ghi chú", "Note"),
    "appeal": ("Khiếu nại", "Appeal"),
    "appeal_decided": ("Giải quyết khiếu nại", "Appeal decided"),
    "merged": ("Gộp vụ", "Merged"),
    "split": ("Tách vụ", "Split"),
    "notice_drafted": ("Soạn thông báo", "Notice drafted"),
    "notice_released": ("Duyệt thông báo", "Notice released"),
    "notice_sent": ("Gửi thông báo", "Notice sent"),
    "notice_cancelled": ("Hủy thông báo", "Notice cancelled"),
    "reply": ("Có trả lời", "Reply"),
    "verified": ("Kiểm tra đã gỡ", "Checked"),
    "withdrawn": ("Rút lại", "Withdrawn"),
    "domain_changed": ("Tên miền đổi", "Domain changed"),
    "look_alike": ("Tái xuất dưới tên khác", "Look-alike"),
}
# what a person does next with a case, by its state
NEXT_STEPS = {
    "new": ("Nhận xét duyệt, xem ảnh và lý do rồi kết luận.", "Take it, look at pictures and reasons, then judge."),
    "in_review": ("Kết luận, hoặc trả lại hàng chờ.", "Judge it, or give it back."),
    "confirmed": ("Soạn thông báo cho nơi xử lý được.", "Draft notices to who can act."),
    "police_first": ("Chờ công an; khi có ý kiến thì chuyển tiếp.", "Wait for the police, then move it on."),
    "requested": ("Gửi những thông báo đã duyệt.", "Send the notices that are released."),
    "waiting": (
        "Chờ trả lời; quá hạn thì nhắc hoặc chuyển cấp trên.",
        "Wait; remind or escalate when a clock runs out.",
    ),
    "escalated": ("Theo dõi nơi cấp trên đã nhận.", "Follow who stands above."),
    "refused": ("Chuyển cấp trên, hoặc đóng với lý do.", "Escalate, or close with a reason."),
    "down": ("Đang theo dõi tái xuất, không phải làm gì.", "Watched for a relapse; nothing to do."),
}
APPEALS = {
    "received": ("Chờ quyết định", "Awaits a decision"),
    "upheld": ("Chấp nhận", "Upheld"),
    "rejected": ("Bác bỏ", "Rejected"),
}
MAILS = {
    "queued": ("Chờ gửi", "Queued"),
    "sending": ("Đang gửi", "Being sent"),
    "sent": ("Đã gửi", "Sent"),
    "unknown": ("Không rõ đã gửi chưa", "Unknown whether it left"),
    "failed": ("Bị từ chối", "Refused"),
    "held": ("Giữ lại", "Held"),
    "cancelled": ("Đã hủy", "Cancelled"),
}
REPLIES = {
    "answer": ("Trả lời", "Answer"),
    "bounce": ("Thư bị trả về", "Bounce"),
    "automatic": ("Thư tự động", "Automatic"),
}
REPLY_STATES = {
    "matched": ("Đã ghép theo mã", "Matched by its code"),
    "unmatched": ("Chưa biết của việc nào", "Belongs to nothing yet"),
    "attached": ("Đã gắn", "Attached"),
    "dismissed": ("Đã bỏ qua", "Dismissed"),
}
ACTED = {
    "registrar": ("nhà đăng ký", "registrar"),
    "dns": ("DNS", "DNS"),
    "host": ("nơi lưu trữ", "host"),
    "owner_or_host": ("chủ trang hoặc nơi lưu trữ", "owner or host"),
}
RECIPIENTS = {
    "registrar": ("nhà đăng ký", "registrar"),
    "registry": ("quản lý đuôi tên miền", "registry"),
    "hosting": ("nơi lưu trữ", "hosting"),
    "cdn": ("mạng phân phối", "CDN"),
    "social": ("mạng xã hội", "social network"),
    "marketplace": ("sàn thương mại", "marketplace"),
    "app_store": ("kho ứng dụng", "app store"),
    "shortener": ("rút gọn liên kết", "link shortener"),
    "browser_list": ("danh sách trình duyệt", "browser list"),
    "threat_list": ("danh sách lừa đảo", "threat list"),
    "authority": ("cơ quan nhà nước", "authority"),
    "ngo": ("tổ chức xã hội", "NGO"),
    "bank_supervisor": ("giám sát ngân hàng", "bank supervisor"),
    "report_line": ("đường dây báo tin", "report line"),
    "bank": ("ngân hàng", "bank"),
    "wallet": ("ví điện tử", "wallet"),
    "carrier": ("nhà mạng", "carrier"),
    "isp": ("nhà mạng Internet", "internet provider"),
}
ALARMS = {
    "cron": ("Lịch quét", "Schedule"),
    "crawl": ("Thu thập", "Crawl"),
    "detector": ("Bộ nhận diện", "Detector"),
    "time-stamps": ("Dấu thời gian", "Time-stamps"),
    "outbox": ("Hộp gửi", "Outbox"),
}
SOURCES = {
    "default": ("mặc định", "default"),
}
LOOKS_AT_DATA = {
    "viewed": ("xem", "viewed"),
    "exported": ("lấy ra", "exported"),
    "answer_opened": ("mở trả lời của sổ đăng ký", "opened a registry's answer"),
}
PARTS = {
    "platform": ("nền tảng", "platform"),
    "host": ("nơi lưu trữ", "host"),
    "owner": ("chủ trang", "owner"),
    "registrar": ("nhà đăng ký", "registrar"),
    "registry": ("quản lý đuôi tên miền", "registry"),
    "network": ("mạng", "network"),
    "authority": ("cơ quan chuyên trách", "authority"),
    "isp": ("nhà mạng Internet", "internet provider"),
    "browser_list": ("danh sách trình duyệt", "browser list"),
    "bank": ("ngân hàng", "bank"),
    "carrier": ("nhà mạng di động", "carrier"),
}
CHANNELS = {
    "email": ("thư điện tử", "e-mail"),
    "web_form": ("biểu mẫu web", "web form"),
    "letter": ("công văn", "letter"),
    "portal": ("cổng", "portal"),
    "api": ("API", "API"),
    "web_page": ("trang web", "web page"),
    "phone": ("điện thoại", "telephone"),
    "sms": ("tin nhắn", "text message"),
    "in_app": ("trong ứng dụng", "inside the app"),
    "app": ("ứng dụng", "app"),
    "rdap": ("RDAP", "RDAP"),
    "member_system": ("hệ thống thành viên", "members' system"),
}
INDICATORS = {
    "bank_account": ("Tài khoản", "Account"),
    "handle": ("Tên liên lạc", "Handle"),
    "name_shape": ("Dạng tên miền", "Shape of the name"),
    "registrant": ("Chủ thể đăng ký (mã có khóa)", "Registrant (keyed digest)"),
    "phone": ("Điện thoại", "Phone"),
    "address": ("Địa chỉ IP", "Address"),
    "nameserver": ("Máy chủ tên", "Name server"),
    "tax_code": ("Mã số thuế", "Tax code"),
    "wallet": ("Ví", "Wallet"),
    "crypto": ("Ví tiền số", "Crypto address"),
    "email": ("Thư", "E-mail"),
    "telegram": ("Telegram", "Telegram"),
    "zalo": ("Zalo", "Zalo"),
    "facebook": ("Facebook", "Facebook"),
    "tracker": ("Mã theo dõi", "Tracker"),
    "kit": ("Bộ khung trang", "Page kit"),
}
ROLES = {
    "reviewer": ("Xét duyệt", "Reviewer"),
    "approver": ("Phê duyệt", "Approver"),
    "police": ("Công an", "Police"),
    "auditor": ("Kiểm tra", "Auditor"),
    "administrator": ("Quản trị", "Administrator"),
}
RECORDS = {
    "drafted": ("Nháp", "Draft"),
    "accepted": ("Đã tiếp nhận", "Accepted"),
    "asked": ("Đã gửi văn bản hỏi", "Asked"),
    "partly": ("Trả lời một phần", "Partly answered"),
    "answered": ("Đã có trả lời", "Answered"),
    "delivered": ("Đã giao hồ sơ", "Delivered"),
    "closed": ("Đóng", "Closed"),
    "refused": ("Từ chối", "Refused"),
}
URGENCIES = {
    "ordinary": ("thường", "ordinary"),
    "24h": ("24 giờ", "24 hours"),
    "6h": ("6 giờ", "6 hours"),
    "3h": ("3 giờ", "3 hours"),
}
RECORD_ASKS = {
    "disclose": ("cung cấp thông tin", "disclose"),
    "preserve": ("lưu giữ dữ liệu", "preserve"),
    "draft": ("Nháp", "Draft"),
    "sent": ("Đã gửi", "Sent"),
    "answered": ("Đã trả lời", "Answered"),
    "cancelled": ("Đã hủy", "Cancelled"),
}
RECORD_MAILS = {
    "waiting": ("Chờ xem", "Waiting"),
    "noted": ("Chỉ ghi nhận", "Noted only"),
    "accepted": ("Đã ghi trả lời", "Entered as answer"),
    "dismissed": ("Không phải trả lời", "No answer"),
    "erased": ("Dẫn yêu cầu đã xóa", "Cites an erased request"),
}
RECORD_ANSWERS = {
    "found": ("có thông tin", "found"),
    "nothing_held": ("không có dữ liệu", "nothing held"),
    "refused": ("từ chối cung cấp", "refused"),
}
STAMPS = {
    "stamped": ("đã đóng dấu giờ", "time-stamped"),
    "pending": ("chờ dấu giờ", "time-stamp pending"),
    "off": ("không dùng dấu giờ", "no time-stamps"),
    "unanchored": ("không dẫn tới gốc nào", "leads to no root"),
    "": ("chỉ giữ mã băm", "digest only"),
}
LOOKUPS = {
    "found": ("có", "found"),
    "redacted": ("bị che", "redacted"),
    "no_public_service": ("không có dịch vụ công khai", "no public service"),
    "unregistered": ("chưa đăng ký", "unregistered"),
    "refused": ("bị từ chối", "refused"),
    "throttled": ("bị hạn chế, tra lại sau", "throttled, ask later"),
    "timed_out": ("quá giờ", "timed out"),
    "failed": ("không đọc được", "failed"),
    "not_asked": ("không hỏi", "not asked"),
}
TABLES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "state": STATES,
    "contact": CONTACT_STATES,
    "level": LEVELS,
    "act": ACTS,
    "stamp": STAMPS,
    "lookup": LOOKUPS,
    "notice": NOTICE_STATES,
    "effect": EFFECTS,
    "role": ROLES,
    "vantage": VANTAGES,
    "outcome": OUTCOMES,
    "verdict": VERDICTS,
    "event": EVENTS,
    "part": PARTS,
    "channel": CHANNELS,
    "indicator": INDICATORS,
    "record": RECORDS,
    "urgency": URGENCIES,
    "record_ask": RECORD_ASKS,
    "record_answer": RECORD_ANSWERS,
    "record_mail": RECORD_MAILS,
    "next": NEXT_STEPS,
    "appeal": APPEALS,
    "mail": MAILS,
    "reply": REPLIES,
    "reply_state": REPLY_STATES,
    "acted": ACTED,
    "recipient": RECIPIENTS,
    "alarm": ALARMS,
    "source": SOURCES,
    "look": LOOKS_AT_DATA,
}


def word(table: str, value: str, language: str) -> str:
    """The name of a value; a value that the table lacks is shown as it is stored."""
    pair = TABLES[table].get(value)
    return value if pair is None else pair[language == "en"]


def fault_words(error: BaseException, language: str) -> str:
    """What a fault says in ``vi`` or ``en``; English where it has no other words, as an operating system's."""
    return str(error) if language == "en" else getattr(error, "vi", "") or str(error)
