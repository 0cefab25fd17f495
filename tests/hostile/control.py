"""The page between the cases: plain, honest, and whole each time, or something of a hostile page carried over."""

SENTENCE = "Chúng tôi may đo áo dài theo số đo của từng khách, nhận sửa trong bảy ngày, có hoá đơn và địa chỉ rõ ràng."
LAST = "Hết trang kiểm tra."
CONTROL_PAGE = (
    "<!doctype html><html lang=vi><head><meta charset=utf-8><title>Tiệm may kiểm tra</title></head><body>"
    f"<h1>Tiệm may kiểm tra</h1>{f'<p>{SENTENCE}</p>' * 6}<p>{LAST}</p></body></html>"
)


def is_whole(document: bytes) -> bool:
    """Whether all of the page is there, and nothing else."""
    text = document.decode("utf-8", "replace")
    return (
        text.count(SENTENCE) == 6
        and text.count(LAST) == 1
        and len(document) < 1.2 * len(CONTROL_PAGE.encode())
        and "<title>Tiệm may kiểm tra</title>" in text
    )
