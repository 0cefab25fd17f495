"""Which language a text is in: Vietnamese, English, or another, by its letters and its most frequent words."""

import re
import unicodedata

from crawler.parsing.folding import fold

SAMPLE_CHARACTERS = 20_000
ENOUGH_WORDS = 8

_WORD = re.compile(r"[^\W\d_]+")
# Letters that Vietnamese has and its neighbours on the web (French, Portuguese, Romanian) have not.
_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_VIETNAMESE_WORDS_TEXT = (
    "cua khong duoc nhung mot nguoi cho voi trong cac ban den khi nay dang nhu hang tai khoan dien thoai lien he"
    " mua san pham gia thanh toan dang nhap ngay sau theo dich vu cong ty chi tiet thong tin viet nam ho tro"
)
_VIETNAMESE_WORDS = frozenset(_VIETNAMESE_WORDS_TEXT.split())
_ENGLISH_WORDS_TEXT = (
    "the of and to in is for you your with on that this are we our be by or from as have it can will not all at an"
    " more please about if was has may any do sign log up password email account"
)
_ENGLISH_WORDS = frozenset(_ENGLISH_WORDS_TEXT.split())
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)


def judge_language(text: str) -> str:
    """``vi``, ``en``, one known by its script (ja, ko, zh, th, ru, ar), ``und`` for others, "" for too little text."""
    sample = unicodedata.normalize("NFC", text[:SAMPLE_CHARACTERS])
    words = _WORD.findall(sample)
    letters = sum(map(len, words))
    marked = sum(1 for word in words if _VIETNAMESE.search(word))
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) > 0.2 * letters and letters >= 10:
            return language
    if len(words) < ENOUGH_WORDS:
        return "vi" if marked >= 2 and marked * 2 >= len(words) else ""
    if marked >= 0.12 * len(words):
        return "vi"
    return _judge_words(words)


def _judge_words(words: list[str]) -> str:
    """Vietnamese is often typed without marks, so its words count as much as its letters."""
    folded = [fold(word) for word in words]
    vietnamese = sum(1 for word in folded if word in _VIETNAMESE_WORDS) / len(folded)
    english = sum(1 for word in folded if word in _ENGLISH_WORDS) / len(folded)
    if vietnamese >= 0.15 and vietnamese > english:
        return "vi"
    return "en" if english >= 0.06 else "und"
