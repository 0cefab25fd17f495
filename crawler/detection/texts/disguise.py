"""Spelling that only a filter is meant to stumble over: letters swapped, words cut up, marks of no language."""

import re
import unicodedata

from crawler.detection.fold import fold_plain

_VIETNAMESE = frozenset("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_DRAWN = (
    re.compile(r"(?<![\w.])(?=[^\W\d_]*[0134!@$])[^\W\d_]{1,}[0134!@$][^\W\d_]+(?![\w.])"),  # KH0NG, d!eu, T1EN
    re.compile(r"(?<!\w)\d{1,3}O{1,3}(?=[KkTtDd%]|\b)|(?<!\w)\d?[Oo]{2}\d?[Kk](?!\w)"),  # 1OO%, 6OOk
)
_CUT = re.compile(r"(?<!\w)[^\W\d_]{1,4}[.,/~^*_'`;|-][^\W\d_]{1,5}(?:[.,/~^*_'`;|-][^\W\d_]{1,5})*(?![\w.])")
_SPREAD = re.compile(r"(?<![^\s.])(?:[^\W\d_][ .]{1,3}){3,}[^\W\d_](?!\w)")
_BROKEN_NUMBER = re.compile(r"(?<!\d)(?:\d{1,2}[>*~_|<^=]){4,}\d")  # 1>9>0>0>1
_INSIDE = re.compile(r"(?<=[a-z])[.,:'_~^`;|<>()\[\]{}-](?=[A-Za-z])")
_RIDDLED = 4  # marks inside words from which a message is riddled with them
_TAIL = re.compile(r"(?:^|[\s~.!])([A-Za-z]{3,6})\s*$")
_ADDRESS = re.compile(r"//|www\.|\.(?:com|vn|net|org|me|ly|link|gl)\b", re.IGNORECASE)
_SHORTENED_TEXT = "t.p t.t k.h q.k v.v đ.c s.đ.t p.s a.e a/c e/c c/c b.s t.s th.s d/c đ/c l/h t/t q/c t/b n/v"
_SHORTENED = frozenset(_SHORTENED_TEXT.split())
_WORD = re.compile(r"(?<!\w)[A-Za-z]{3,}(?!\w)")
_INNER = re.compile(r"[a-z][A-Z]")  # «QuaLiXj»; four such words are no trade names


def find_disguises(text: str) -> tuple[str, ...]:
    """Words of ``text`` in disguise, each once, at most twenty; addresses are left out."""
    bare = " ".join(word for word in text.split() if not _ADDRESS.search(word))
    found = [match[0] for pattern in _DRAWN for match in pattern.finditer(bare) if _is_drawn(match[0])]
    found += [match[0] for match in _CUT.finditer(bare) if _is_cut(match[0])]
    found += [match[0].strip() for match in _SPREAD.finditer(bare)]
    found += [match[0] for match in _LETTERS.finditer(bare) if _is_foreign(match[0])]
    found += [match[0] for match in _BROKEN_NUMBER.finditer(bare)]
    found += _riddled(bare)
    inner = {match[0] for match in _WORD.finditer(bare) if _INNER.search(match[0])}
    found += sorted(inner) if len(inner) >= 4 else []
    return tuple(dict.fromkeys(found))[:20]


def has_random_tail(text: str) -> bool:
    """Does the message end in letters that are no word, put there so that no two copies are alike?"""
    found = _TAIL.search(text)
    if found is None:
        return False
    tail = found[1]
    jumps = not (tail.islower() or tail.isupper() or tail.istitle())
    return jumps or not re.search(r"[aeiouy]", fold_plain(tail))


def _riddled(text: str) -> list[str]:
    """Words with marks inside, where the whole message is so spelt; two sentences without a space are no such."""
    words = [word for word in text.split() if len(_INSIDE.findall(word)) >= 2]
    return words[:5] if sum(len(_INSIDE.findall(word)) for word in words) >= _RIDDLED else []


def _is_drawn(word: str) -> bool:
    """Letters on both sides of a digit drawn like a letter; codes in capitals such as «BIG50» are none."""
    return any(letter.isalpha() for letter in word[1:]) or "O" in word


def _is_cut(word: str) -> bool:
    pieces = re.split(r"[.,/~^*_'`;|-]", word)
    if word.lower() in _SHORTENED or (any(sign in word for sign in "/-") and min(map(len, pieces)) >= 2):
        return False
    return any(sign in word for sign in "~^*`|;'") or (
        len(pieces) >= 2 and min(map(len, pieces)) == 1 and "." not in word
    )


def _is_foreign(word: str) -> bool:
    """Letters with marks that Vietnamese does not have, among letters that it does."""
    lowered = unicodedata.normalize("NFC", word.lower())
    return any(letter.isalpha() and not letter.isascii() and letter not in _VIETNAMESE for letter in lowered)
