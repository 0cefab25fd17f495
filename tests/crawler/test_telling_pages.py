"""Which further pages of a site are read."""

from datetime import UTC, datetime

from crawler.detection.facts import Link, PageFacts
from crawler.telling_pages import choose_pages


def facts(*links: tuple[str, str], url: str = "https://shop.example/") -> PageFacts:
    return PageFacts(url=url, observed_at=datetime(2026, 1, 1, tzinfo=UTC), links=tuple(Link(*link) for link in links))


def test_payment_comes_before_contact_and_a_page_of_no_subject_comes_last() -> None:
    page = facts(
        ("https://shop.example/tin", "Tin tức"),
        ("https://shop.example/lien-he", "Liên hệ"),
        ("https://shop.example/thanh-toan", "Thanh toán"),
    )
    assert choose_pages(page, host="shop.example", limit=3) == (
        "https://shop.example/thanh-toan",
        "https://shop.example/lien-he",
        "https://shop.example/tin",
    )


def test_subjects_are_known_by_their_words_with_or_without_diacritics_and_by_their_path() -> None:
    page = facts(("https://shop.example/a", "ĐẶT CỌC NGAY"), ("https://shop.example/dang_ky.php", "Vào đây"))
    assert choose_pages(page, host="shop.example", limit=2) == (
        "https://shop.example/a",
        "https://shop.example/dang_ky.php",
    )


def test_other_hosts_files_fragments_and_the_page_itself_are_left_out() -> None:
    page = facts(
        ("https://shop.example/#top", "Đầu trang"),
        ("https://shop.example/index.html", "Trang chủ"),
        ("http://shop.example", "Trang chủ"),
        ("https://bank.example/thanh-toan", "Thanh toán"),
        ("https://shop.example/bang-gia.pdf", "Bảng giá"),
        ("javascript:void(0)", "Thanh toán"),
        ("tel:0905123456", "Liên hệ"),
    )
    assert choose_pages(page, host="shop.example", limit=5) == ()


def test_no_more_than_the_limit() -> None:
    page = facts(*((f"https://shop.example/san-pham-{n}", "Sản phẩm") for n in range(50)))
    assert len(choose_pages(page, host="shop.example", limit=4)) == 4
    assert choose_pages(page, host="shop.example", limit=0) == ()
