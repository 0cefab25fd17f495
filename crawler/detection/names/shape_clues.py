"""What the shape of a name tells: its ending, names made by the hundred, endings that are only pretended."""

import re

from crawler.detection.names.reading import STRONG, NameReading, judge_piece
from crawler.detection.names.words import load_name_words
from crawler.detection.signal import Category, Family, Signal

_NUMBERED = re.compile(r"[a-z]{1,9}-?\d{2,6}[a-z]{0,3}|\d{2,6}[a-z]{1,6}|\d{4,9}")
# Operators of betting sites number their names: win79, 33win3, 789bet, 2282vn, luxvip153.
_BETTING = re.compile(
    r"(?:[a-z]{1,6}|\d{1,4})(?:win|vin|bet)\d{1,4}[a-z]{0,3}|\d{2,6}(?:win|bet)|\d{2,6}vn|vn\d{2,6}|[a-z]{2,10}vip\d{1,4}"
)
_GARBLED = re.compile(r"(?:vcb|vietcb|bidv|tcb)[a-z]{3,14}n[kc]s?")  # «vcbdaiebink»: digibank, its letters stirred
_PRETENDING = re.compile(r"(?:com|vn|gov|comvn|govvn)-[a-z0-9-]{1,20}")
_PRETENDED = re.compile(r"(?:^|\.)(?:com|co\.[a-z]{2}|com\.[a-z]{2}|gov\.[a-z]{2})\.")


def find_shapes(name: NameReading, *, borrowed: bool, lured: bool) -> list[Signal]:
    """Signs of shape; most weigh little by themselves."""
    found = [_suffix(name), _numbered(name), _letters(name), _garbled(name)]
    if not borrowed:
        found.append(_pretended(name))
        found.append(_baited(name))
    if name.free and (borrowed or lured):
        found.append(_given(name))
    return [signal for signal in found if signal is not None]


def _suffix(name: NameReading) -> Signal | None:
    words = load_name_words()
    points = 1.4 if name.ending in words.very_risky else 0.5 if name.ending in words.risky else 0.0
    if not points:
        return None
    vi, en = f"Đuôi .{name.ending} hay bị lợi dụng.", f"The suffix .{name.ending} is often abused."
    return _signal("name.risky-suffix", points, name, vi, en)


def _numbered(name: NameReading) -> Signal | None:
    words = load_name_words()
    if _BETTING.fullmatch(name.name):
        vi, en = "Tên đánh số kiểu trang cá cược.", "Numbered as betting sites number their names."
        return _signal("name.numbered", 3.2, name, vi, en, Category.GAMBLING)
    if name.ending not in words.very_risky or not _NUMBERED.fullmatch(name.name):
        return None
    points = 3.2 if name.ending in words.farmed else 1.5
    vi, en = "Tên đánh số như đăng ký hàng loạt.", "Numbered like names that are registered in bulk."
    return _signal("name.numbered", points, name, vi, en)


def _letters(name: NameReading) -> Signal | None:
    if not name.scripts:
        return None
    mixed = "+".join(script.title() for script in name.scripts)
    vi, en = f"Trộn chữ của nhiều hệ: {mixed}.", f"Mixes letters of several scripts: {mixed}."
    return _signal("name.mixed-letters", 2.4, name, vi, en)


def _garbled(name: NameReading) -> Signal | None:
    if not _GARBLED.fullmatch(name.name):
        return None
    vi, en = "Tên viết xáo chữ của một ngân hàng.", "A bank's name with its letters stirred."
    return _signal("name.garbled", 4.7, name, vi, en, Category.PHISHING)


def _pretended(name: NameReading) -> Signal | None:
    """A suffix in the middle, as in ``bank.com.example``, or before a hyphen, as in ``vn-x.top``."""
    vi, en = "Giả một đuôi tên miền ở giữa tên.", "Pretends a suffix in the middle of the name."
    if _PRETENDING.fullmatch(name.name):
        return _signal("name.pretended-suffix", 4.6, name, vi, en)
    carriers = load_name_words().carriers
    if not _PRETENDED.search(name.plain) or any(name.host.endswith("." + carrier) for carrier in carriers):
        return None
    return _signal("name.pretended-suffix", 2.8, name, vi, en)


def _baited(name: NameReading) -> Signal | None:
    """Words that ask for sign-in or proof, one after the other, and nobody's name beside them."""
    bait = [word for word in name.words if len(word) > 2 and judge_piece(word) == STRONG]
    if len(bait) < 2:
        return None
    shown = ", ".join(bait[:4])
    points = min(1.0 + 0.9 * len(bait), 3.4) + (0.9 if name.free else 0.0)
    vi, en = f"Ghép nhiều từ mồi: «{shown}».", f"Strings bait words together: «{shown}»."
    return _signal("name.bait-words", round(points, 2), name, vi, en, Category.PHISHING)


def _given(name: NameReading) -> Signal:
    vi, en = f"Tên xin miễn phí dưới {name.suffix}.", f"A name that {name.suffix} gives to anyone."
    return _signal("name.free-platform", 1.8, name, vi, en)


def _signal(rule: str, points: float, name: NameReading, vi: str, en: str, *kinds: Category) -> Signal:
    return Signal(rule, Family.NAME, points, vi, en, kinds, name.host)
