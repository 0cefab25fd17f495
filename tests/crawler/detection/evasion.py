"""Ways in which a scam page is spelled, hidden or padded so that a machine reads less than a visitor does."""

import html as escaping
import random
import re
import unicodedata
from collections.abc import Callable

from bs4 import BeautifulSoup, NavigableString
from bs4.element import Comment, Doctype, Script, Stylesheet

Evasion = Callable[[str, random.Random], str]

_LOOKALIKES = str.maketrans("aeopcxyiAEOPCXTHKMB", "аеорсхуіАЕОРСХТНКМВ")
_TEENCODE = {"không": "ko", "được": "dc", "tài khoản": "tk", "gì": "j", "với": "vs", "chuyển khoản": "ck", "rồi": "r"}
_HONEST = (
    "Chiều cuối tuần, cả nhà rủ nhau ra bờ sông câu cá, thả diều. Trẻ con chạy nhảy trên bãi cỏ, người lớn pha ấm trà "
    "mới, kể chuyện mùa màng. Gió từ cánh đồng thổi vào mang theo mùi lúa chín và tiếng chim gọi bầy. "
)
_SKIPPED = (Comment, Doctype, Script, Stylesheet)


def texts(soup: BeautifulSoup) -> list[NavigableString]:
    """The text nodes that a visitor reads."""
    found = [node for node in soup.find_all(string=True) if not isinstance(node, _SKIPPED)]
    return [node for node in found if node.strip() and node.parent is not None and node.parent.name != "title"]


def on_words(change: Callable[[str, random.Random], str], *, markup: bool = False) -> Evasion:
    """An evasion that rewrites every text node; ``markup``: what it gives is HTML."""

    def evade(page: str, dice: random.Random) -> str:
        soup = BeautifulSoup(page, "lxml")
        for node in texts(soup):
            given = change(str(node), dice)
            node.replace_with(BeautifulSoup(given, "html.parser") if markup else NavigableString(given))
        return str(soup)

    return evade


def _every_word(text: str, change: Callable[[str], str]) -> str:
    return re.sub(r"[^\W\d_]{3,}", lambda word: change(word.group()), text)


def split_by_tags(text: str, dice: random.Random) -> str:
    def split(word: str) -> str:
        cut = dice.randint(1, len(word) - 1)
        return f"{escaping.escape(word[:cut])}<{tag}>{escaping.escape(word[cut:])}</{tag}>"

    tag = dice.choice(("span", "b", "i", "font"))
    return _every_word(escaping.escape(text, quote=False), split)


def split_by_comments(text: str, dice: random.Random) -> str:
    return _every_word(escaping.escape(text, quote=False), lambda word: f"{word[:2]}<!-- {dice.random()} -->{word[2:]}")


def zero_width(text: str, dice: random.Random) -> str:
    marks = ("\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad")
    return _every_word(text, lambda word: dice.choice(marks).join(word))


def lookalikes(text: str, dice: random.Random) -> str:
    return _every_word(text, lambda word: word.translate(_LOOKALIKES) if dice.random() < 0.5 else word)


def decomposed(text: str, dice: random.Random) -> str:
    return unicodedata.normalize("NFD", text)


def without_marks(text: str, dice: random.Random) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def teencode(text: str, dice: random.Random) -> str:
    for word, short in _TEENCODE.items():
        text = re.sub(rf"\b{word}\b", short, text, flags=re.IGNORECASE)
    return text


def shouted(text: str, dice: random.Random) -> str:
    return text.upper()


def full_width(text: str, dice: random.Random) -> str:
    return "".join(
        chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" and dice.random() < 0.7 else letter for letter in text
    )


def entities(text: str, dice: random.Random) -> str:
    return "".join(f"&#{ord(letter)};" if dice.random() < 0.8 else escaping.escape(letter) for letter in text)


def hidden_noise(text: str, dice: random.Random) -> str:
    ways = ("display:none", "font-size:0", "visibility:hidden;position:absolute", "opacity:0;position:absolute")

    def noisy(word: str) -> str:
        noise = "".join(dice.choice("qzxjwk") for _ in range(4))
        return f'{word[:2]}<span style="{dice.choice(ways)}">{noise}</span>{word[2:]}'

    return _every_word(escaping.escape(text, quote=False), noisy)


def padded(page: str, dice: random.Random) -> str:
    """Much honest text below, and unseen above: what a victim had to scroll past would cheat nobody."""
    block = "".join(f"<p>{_HONEST * 3}</p>" for _ in range(25))
    unseen = f'<div style="display:none">{block}</div>'
    opened = re.sub(r"(<body[^>]*>)", lambda tag: tag.group() + unseen, page, count=1)
    return opened.replace("</body>", f"{block}</body>")


def deeply_nested(page: str, dice: random.Random) -> str:
    """Everything under more elements than tree builders keep."""
    opened = re.sub(r"(<body[^>]*>)", lambda tag: tag.group() + "<div>" * 1500, page, count=1)
    return opened.replace("</body>", "</div>" * 1500 + "</body>")


def never_closed(page: str, dice: random.Random) -> str:
    """Broken markup: stray ends, and no end tag of paragraphs, cells and the document."""
    return re.sub(r"</(?:p|li|td|tr|html|body)>", "", page).replace("<h1", "</b></i></div><h1")


def by_script(page: str, dice: random.Random) -> str:
    """The body as a string that a script writes: nothing to read before it ran."""
    head, _, body = page.partition("<body")
    written = body.partition(">")[2].replace("\\", "\\\\").replace("`", "\\`").replace("</script", "<\\/script")
    return f"{head}<body><div id=app></div><script>document.getElementById('app').innerHTML=`{written}`</script></body>"


def in_attribute(name: str, element: str) -> Callable[[str, random.Random], str]:
    """Every word in an attribute of an element that holds nothing."""
    return lambda text, dice: f'<{element} {name}="{escaping.escape(text)}"></{element}>'


def by_attribute_rule(page: str, dice: random.Random) -> str:
    """One rule of a style sheet draws what an attribute holds."""
    moved = on_words(in_attribute("data-t", "span"), markup=True)(page, dice)
    return moved.replace("</head>", "<style>span[data-t]::before{content:attr(data-t)}</style></head>", 1)


def by_sheet(page: str, dice: random.Random) -> str:
    """A style sheet holds the words, escaped, a rule an element; the elements have their classes alone."""
    rules: list[str] = []

    def draw(text: str, dice: random.Random) -> str:
        written = "".join(f"\\{ord(letter):x} " if dice.random() < 0.2 else letter for letter in text)
        quoted = written.replace('"', "\\22 ").replace("\n", " ")
        rules.append(f'.k{len(rules)}:{dice.choice(("", ":"))}before {{color:#111; content: "{quoted}"}}')
        return f'<i class="x k{len(rules) - 1}"></i>'

    moved = on_words(draw, markup=True)(page, dice)
    sheet = "@media screen {" + "\n".join(rules) + "}"
    return moved.replace("</head>", f"<style>/* {{ */ {sheet}</style></head>", 1)


EVASIONS: dict[str, Evasion] = {
    "words split by tags": on_words(split_by_tags, markup=True),
    "words split by comments": on_words(split_by_comments, markup=True),
    "zero-width characters": on_words(zero_width),
    "look-alike letters": on_words(lookalikes),
    "decomposed letters": on_words(decomposed),
    "no diacritics": on_words(without_marks),
    "teencode": on_words(teencode),
    "capitals": on_words(shouted),
    "full-width letters": on_words(full_width),
    "entities": on_words(entities, markup=True),
    "hidden noise": on_words(hidden_noise, markup=True),
    "words in titles": on_words(in_attribute("title", "span"), markup=True),
    "words in labels": on_words(in_attribute("aria-label", "b"), markup=True),
    "words in descriptions of pictures": on_words(in_attribute('src="x.png" alt', "img"), markup=True),
    "words drawn from attributes": by_attribute_rule,
    "words drawn by a style sheet": by_sheet,
    "honest padding": padded,
    "deep nesting": deeply_nested,
    "never closed": never_closed,
}
