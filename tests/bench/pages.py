"""Pages to crawl in the benchmarks: articles of about 90 kB, and a shop's front page in ten, made from a fixed seed."""

import io
import random

from PIL import Image

from tests.site.behaviours import Document

SYLLABLES = (  # noqa: SIM905 - a list of eighty literals reads worse
    "người dân thành phố mùa vụ năm nay giá lúa tăng nhẹ so với cùng kỳ nhiều hộ gia đình ở vùng ven cho biết "
    "thời tiết "
    "thuận lợi giúp sản lượng ổn định trong khi chi phí vận chuyển giảm hội đồng nhân dân phường tổ chức buổi gặp mặt "
    "bàn về tuyến đường mới dự kiến khởi công vào quý sau các kỹ sư khảo sát mặt bằng và lấy ý kiến của bà con"
).split()
TAGS = 90  # of links in a page's margins


def article(seed: int, size: int = 88_000) -> bytes:
    """A newsroom's article page of about ``size`` bytes."""
    chance = random.Random(seed)
    margins = "".join(
        f'<li class="menu-item menu-item-{n}"><a href="/muc-{n}.html" title="{words(chance, 3)}">'
        f"{words(chance, 5)}</a></li>"
        for n in range(TAGS)
    )
    parts = []
    length = 0
    while length < size * 0.6:
        part = f'<p class="story__text" data-seed="{chance.random()}">{words(chance, 60)}.</p>'
        parts.append(part)
        length += len(part.encode())
    script = "var slots=[" + ",".join(f'"{chance.random()}"' for _ in range(1000)) + "];"
    return page(words(chance, 8), f"<ul>{margins}</ul><article>{''.join(parts)}</article><script>{script}</script>")


def shop(seed: int, products: int = 40) -> bytes:
    """A shop's front page with products at a fraction of the price, a countdown and an account to pay to."""
    chance = random.Random(seed)
    items = "".join(
        f'<div class="product"><img src="/p{n}.jpg" alt="{words(chance, 3)}"><h3>{words(chance, 4)}</h3>'
        f"<del>{chance.randrange(9, 40)}00.000đ</del> <ins>99.000đ</ins><button>Mua ngay</button></div>"
        for n in range(products)
    )
    offer = (
        "<h2>Xả kho toàn bộ, giảm 90%</h2><p>Chuyển khoản đặt cọc trước. STK: 0123456789 Vietcombank NGUYEN VAN A</p>"
    )
    return page("Xả kho cuối năm", f'{offer}<div class="countdown" data-end="2030-01-01">02:00:00</div>{items}')


def page(title: str, body: str) -> bytes:
    """A whole document."""
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="description" content="{title}"></head><body>{body}</body></html>'
    ).encode()


def words(chance: random.Random, count: int) -> str:
    """``count`` syllables in a row."""
    return " ".join(chance.choice(SYLLABLES) for _ in range(count))


def web(count: int, *, shop_every: int = 10) -> dict[str, bytes]:
    """``count`` hosts with one page each."""
    articles = [article(seed) for seed in range(40)]  # enough to differ, few enough to keep in memory
    shops = [shop(seed) for seed in range(10)]
    return {
        f"b{number:05}.example": shops[number % 10] if number % shop_every == 0 else articles[number % 40]
        for number in range(count)
    }


def pictures() -> dict[str, Document]:
    """Forty product pictures of some 25 kB, by path, as the shop's page names them."""
    chance = random.Random(1)
    found = {}
    for number in range(40):
        noise = Image.frombytes("L", (60, 60), chance.randbytes(3600)).resize((480, 480))
        file = io.BytesIO()
        Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180))).save(file, "JPEG", quality=75)
        found[f"/p{number}.jpg"] = Document(file.getvalue(), "image/jpeg")
    return found
