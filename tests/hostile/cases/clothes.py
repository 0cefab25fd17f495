"""Frauds in a stand-in's clothes: errors, walls, parked and suspended pages that sell, ask or pay all the same."""

from collections.abc import Sequence

from tests.hostile.answers import Answer, data, html
from tests.hostile.case import Case

SALE = (
    "<p>Xả kho giảm 90%, giày 99.000đ. Đặt cọc trước 100%, chuyển khoản trước khi giao hàng, STK 0123456789 Vietcombank,"
    " chủ TK NGUYEN VAN A. Nhập mã OTP để nhận quà."
)
DOOR = "<form action=/nhan><input name=otp placeholder='Mã OTP'><input name=cvv placeholder='CVV'><button>Gửi</button></form>"


def titled(title: str, body: str, status: str = "200 OK", headers: Sequence[str] = ()) -> dict[str, Answer]:
    document = f"<!doctype html><html lang=vi><title>{title}</title><body>{body}</body></html>"
    return {"/": html(document, status, *headers)}


SOLD = (
    ("says-not-found", titled("404 Not Found", f"<h1>404 Not Found</h1><p>Error 404</p>{SALE}")),
    ("says-not-found-vi", titled("Không tìm thấy trang", f"<h1>Lỗi 404</h1>{'<br>' * 200}{SALE}")),
    ("says-parked", titled("Tên miền rao bán", f"<p>This domain is for sale</p>{DOOR}{SALE}")),
    (
        "says-parked-and-shows-a-code",
        titled("nginx", f"<p>Welcome to nginx!<img src=/vietqr.png alt='QR chuyển khoản'>{SALE}"),
    ),
    ("says-suspended", titled("Account Suspended", f"<p>This account has been suspended.{SALE}")),
    ("status-404-small", titled("Nhận quà", f"{SALE}{DOOR}", "404 Not Found")),
    ("status-403-small", titled("Nhận quà", f"{SALE}{DOOR}", "403 Forbidden")),
    ("status-500-whole", titled("Xả kho", f"{SALE * 4}", "500 Internal Server Error")),
    ("marks-of-cloudflare", titled("Xả kho", f"<!-- /cdn-cgi/challenge-platform/ _cf_chl_opt -->{SALE}{DOOR}")),
    ("header-of-a-wall", titled("Xả kho", f"{SALE}{DOOR}", headers=["cf-mitigated: challenge"])),
    ("title-of-a-wall", titled("Just a moment...", f"<p>cf{SALE}{DOOR}", "503 Service Unavailable")),
)
REAL = (
    ("real-not-found", titled("404 Not Found", "<h1>404 Not Found</h1><a href=/>Trang chủ</a>"), "not_found"),
    (
        "real-error-with-a-newsletter",
        titled("404", "<h1>404</h1><form><input name=email placeholder='Email'></form>", "404 Not Found"),
        "http_error",
    ),
    ("real-wall", titled("Just a moment...", "<p>cf Checking your browser", "503 Service Unavailable"), "challenge"),
)
CASES = (
    *(
        Case(f"y-{name}", answers, "read", "read", holds="OTP", flagged=True)
        for name, answers in SOLD
        if "whole" not in name
    ),
    Case("y-status-500-whole", dict(SOLD)["status-500-whole"], "read", "read", holds="STK 0123456789", flagged=True),
    *(Case(f"y-{name}", answers, state, state) for name, answers, state in REAL),
    Case(
        "y-error-whose-script-sells",
        {
            "/": data(
                f"<title>404</title><div id=root></div><script>root.innerHTML = `{SALE}{DOOR}`</script>",
                "404 Not Found",
            )
        },
        "http_error",
        "read",
        holds="OTP",
        flagged=True,
    ),
    Case(
        "y-parked-with-a-refresh",
        {
            "/": html("<title>nginx</title><meta http-equiv=refresh content='0;/ban'><p>Welcome to nginx!"),
            "/ban": titled("Xả kho", SALE + DOOR)["/"],
        },
        "parked",
        "read",
        holds="OTP",
        flagged=True,
    ),
    Case(
        "y-refresh-header",
        {
            "/": html("<title>a</title><p>Xin chào. " + "Chữ " * 300, "200 OK", "Refresh: 0;url=/ban"),
            "/ban": titled("Xả kho", SALE + DOOR)["/"],
        },
        "read",
        "read",
        holds="OTP",
        flagged=True,
    ),
)
