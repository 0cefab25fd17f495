"""Honest pages stay clear whatever they are dressed in, and whatever frauds they quote, at any length."""

import html
import json
import re
from collections.abc import Callable
from itertools import combinations

import pytest

from crawler.detection.score import Level, Score
from crawler.explaining import explain_html
from crawler.parsing.page import parse_page
from tests.designs.judging import SEEN
from tests.designs.loading import Design, load_designs

STORY = (
    "Chị H. ở phường An Lạc kể lại rằng chị thấy trang này trên mạng xã hội vào tối thứ sáu, đọc lời giới thiệu rồi làm"
    " theo từng bước, vì nghĩ rằng số tiền không lớn và nhiều người khác đã để lại lời khen ở bên dưới.</p><p>"
    "Đến sáng hôm sau không ai trả lời tin nhắn của chị, số máy không liên lạc được, còn trang thì đã đổi tên."
    " Chị tìm hỏi trong nhóm cư dân thì biết có ít nhất bốn người gặp chuyện tương tự trong cùng một tuần."
)
OPEN = load_designs("open")
HONEST = [design for design in OPEN if design.label == "benign"]
WARNS = "innocent.warning-context"
OFFERS = [
    d
    for d in HONEST
    if not any(s.rule == WARNS for s in explain_html(d.html, url=d.url, observed_at=SEEN).score.signals)
]
SCAMS = [design for design in OPEN if design.label == "scam"]
BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)
ADVICE = (
    "Công an khuyến cáo người dân cảnh giác với thủ đoạn trên: không chuyển tiền trước cho người lạ, không cung cấp mã"
    " OTP, mật khẩu, không truy cập đường dẫn lạ. Nạn nhân cần lưu tin nhắn và trình báo cơ quan công an gần nhất."
)


def words(design: Design) -> list[str]:
    """What a visitor reads, a line a block."""
    return parse_page(design.html, url=design.url, observed_at=SEEN).text.split("\n")


def judged(markup: str, url: str) -> Score:
    return explain_html(markup.encode(), url=url, observed_at=SEEN).score


def stays_clear(score: Score) -> bool:
    return not score.level.at_least(Level.SUSPICIOUS)


def said(score: Score) -> list[tuple[str, float, str]]:
    return [(signal.rule, signal.points, signal.excerpt) for signal in score.signals]


def in_tables(body: str) -> str:
    """As pages were built in 2009."""
    return (
        f"<center><table width=780 border=0><tr><td bgcolor=#ffcc00></td></tr><tr><td>{body}</td></tr></table></center>"
    )


def in_cards(body: str) -> str:
    """As a builder nests it."""
    return f"{'<div class=ladi-element><section>' * 12}{body}{'</section></div>' * 12}"


def under_banner(body: str) -> str:
    """With the sale banner and chat button that every theme brings along."""
    return (
        f'<div class="flash">Sale cuối tuần giảm đến 30%, số lượng có hạn</div>{body}'
        '<a class="zalo" href="https://zalo.me/0900100211">Chat Zalo</a>'
    )


@pytest.mark.parametrize("theme", [in_tables, in_cards, under_banner], ids=lambda theme: theme.__name__)
@pytest.mark.parametrize("design", HONEST, ids=lambda design: design.name)
def test_an_honest_page_stays_clear_in_another_theme(design: Design, theme: Callable[[str], str]) -> None:
    page = design.html.decode()
    dressed = BODY.sub(lambda found: f"<body>{theme(found[1])}</body>", page, count=1)
    score = judged(dressed, design.url)
    assert stays_clear(score), said(score)


@pytest.mark.parametrize("scam", SCAMS, ids=lambda design: design.name)
def test_a_warning_article_that_quotes_a_scam_at_length_stays_clear(scam: Design) -> None:
    quoted = "".join(f"<blockquote>“{html.escape(line)}”</blockquote>" for line in words(scam))
    about = {"@type": "NewsArticle", "headline": "Cảnh báo lừa đảo", "datePublished": "2026-05-02"}
    page = (
        '<html lang="vi"><title>Cảnh báo trang lừa đảo mới - Báo Mẫu</title><meta property="og:type" content="article">'
        f'<script type="application/ld+json">{json.dumps(about)}</script><article><h1>Cảnh báo trang lừa đảo mới</h1>'
        f"<p>{STORY}</p><p>Trang có nội dung như sau.</p>{quoted}<p>{ADVICE}</p></article>"
        "<footer>Giấy phép 00/GP-BTTTT. Tổng biên tập: (mẫu)</footer></html>"
    )
    score = judged(page, "https://baomau.example.vn/canh-bao-1.html")
    assert stays_clear(score), said(score)


def test_honest_words_taken_together_say_nothing_against_a_page() -> None:
    """A market or a feed shows honest offers side by side: every two of them; warnings have their own test above.

    Of every three, about 60 of 4,060 still sum up to «suspicious»: a loan company's, a course's and an eatery's words
    on one page are what a fraud of several trades looks like.
    """
    read = {design.name: words(design) for design in OFFERS}
    for first, second in combinations(OFFERS, 2):
        lines = [*read[first.name], *read[second.name]]
        page = "<html lang=vi><title>Chợ phiên</title>" + "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        score = judged(page, "https://chophien.example.vn/")
        assert stays_clear(score), (first.name, second.name, said(score))
