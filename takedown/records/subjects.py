"""Reads what an asking document names: messy lists of addresses and phones, each line kept, each reject explained."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna
import phonenumbers

from seeds import Seed, load_hosting, load_protected, parse_target, registrable_domain
from seeds.target import suffixes
from takedown.errors import RecordsError

MAX_BYTES = 4_000_000
MAX_LINES = 20_000
MAX_SUBJECTS = 10_000
_KEPT_LINE = 300  # characters of a line in a message
_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": ".", "\u2024": ".", "\u00b7": ".", "\u2219": "."})
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_APART = re.compile(r"\s?[\[({]\s?(?:\.|dot|chấm|cham)\s?[\])}]\s?|\s\.\s", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![a-z])(h(?:xx|tt|\*\*)ps?)\s?[\[(]?\s?:\s?[\])]?\s?[\[(]?\s?//\s?[\])]?\s?", re.IGNORECASE)
_MARKER = re.compile(r"^\s*(?:[-*•+]\s+|\(?\d{1,5}[.)]\s+)")
_BETWEEN = re.compile(r"[\s,;|<>\"“”‘’]+")
_PHONE = re.compile(r"[+(]?\d[\d\s().-]{7,20}\d")
_ENDING = ".,;:!?)]}»"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing asked about. ``value``: a domain in A-label form, an address, or a phone in E.164."""

    kind: str  # domain | address | phone
    value: str
    line: int
    original: str
    urls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what a person should know: mixed letters, a protected site

    @property
    def shown(self) -> str:
        """The value with the name in its own letters beside it, where that differs."""
        native = _native(self.value) if self.kind == "domain" else self.value
        return self.value if native == self.value else f"{self.value} ({native})"


@dataclass(frozen=True, slots=True)
class Reject:
    """One word of a list that is nothing that anybody could be asked about."""

    line: int
    original: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """A list as read: each subject once. ``repeated``: how many words named one that was there already."""

    subjects: tuple[Subject, ...] = ()
    rejects: tuple[Reject, ...] = ()
    repeated: int = 0


@dataclass(slots=True)
class _Found:
    first: Subject
    urls: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)


def read_subjects(text: str) -> Read:
    """Pure. Raises RecordsError for a list beyond 4 MB, 20,000 lines or 10,000 different subjects."""
    if len(text) > MAX_BYTES:
        raise RecordsError(
            f"the list has over {MAX_BYTES:,} characters; divide it",
            f"danh sách dài quá {MAX_BYTES:,} ký tự; hãy chia ra",
        )
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise RecordsError(
            f"the list has {len(lines):,} lines, over {MAX_LINES:,}; divide it",
            f"danh sách có {len(lines):,} dòng, quá {MAX_LINES:,}; hãy chia ra",
        )
    found: dict[tuple[str, str], _Found] = {}
    rejects: list[Reject] = []
    repeated = 0
    for number, line in enumerate(lines, start=1):
        for read in _line(line, number):
            if isinstance(read, Reject):
                rejects.append(read)
                continue
            known = found.get((read.kind, read.value))
            repeated += known is not None
            known = known or found.setdefault((read.kind, read.value), _Found(read))
            known.urls.update(dict.fromkeys(read.urls))
            known.notes.update(dict.fromkeys(read.notes))
    if len(found) > MAX_SUBJECTS:
        raise RecordsError(
            f"the list names {len(found):,} domains and phones, over {MAX_SUBJECTS:,}; divide it",
            f"danh sách nêu {len(found):,} tên miền và số điện thoại, quá {MAX_SUBJECTS:,}; hãy chia ra",
        )
    subjects = tuple(
        Subject(e.first.kind, e.first.value, e.first.line, e.first.original, tuple(e.urls), tuple(e.notes))
        for e in found.values()
    )
    return Read(subjects, tuple(rejects), repeated)


def _line(line: str, number: int) -> Iterator[Subject | Reject]:
    original = line.strip()[:_KEPT_LINE]
    plain = _HIDDEN.sub("", unicodedata.normalize("NFC", line.translate(_DOTS)))
    notes = (
        ("có ký tự ẩn, đã bỏ / hidden characters were removed",)
        if len(plain) < len(line) and _HIDDEN.search(line)
        else ()
    )
    plain = _MARKER.sub("", _SCHEME.sub(lambda match: match[1] + "://", _APART.sub(".", plain))).strip()
    if not plain or plain.startswith("#"):
        return
    if _PHONE.fullmatch(plain) and not _is_address(plain):
        yield _phone(plain, number, original)
        return
    bare = (word if _is_address(word) else word.strip("\"'`([{«").rstrip(_ENDING) for word in _BETWEEN.split(plain))
    words = [word for word in bare if word]
    if not words and _BETWEEN.sub("", plain):  # «???» is what a wrong encoding leaves of a name
        yield Reject(number, original, "chỉ có dấu, không có tên nào / punctuation alone, no name in it")
    for word in words:
        yield _word(word, number, original, notes)


def _word(word: str, number: int, original: str, notes: tuple[str, ...]) -> Subject | Reject:
    if _PHONE.fullmatch(word) and not _is_address(word):
        return _phone(word, number, original)
    if "@" in word and "//" not in word:
        return Reject(number, original, f"«{word[:80]}» là địa chỉ thư, không phải tên miền / is a mail address")
    target = parse_target(word)
    if not isinstance(target, Seed):
        remedy = f"{target.message}; {target.remedy}"[:400]
        return Reject(number, original, f"không đọc được / cannot be read: {remedy}")
    if _is_address(target.host):
        return Subject("address", target.host.strip("[]"), number, original, (target.url,), notes)
    if problem := _name_problem(target.host):
        return Reject(number, original, problem)
    platform = load_hosting().match(target.host)
    value = target.host if platform is not None else registrable_domain(target.host)
    named = urlsplit(target.url)
    urls = (target.url,) if named.path != "/" or named.query or target.host != value else ()
    return Subject("domain", value, number, original, urls, (*notes, *_warnings(target.host)))


def _phone(text: str, number: int, original: str) -> Subject | Reject:
    try:
        parsed = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return Reject(number, original, "không phải số điện thoại / is no telephone number")
    if not phonenumbers.is_possible_number(parsed):
        return Reject(number, original, "số điện thoại thiếu hoặc thừa chữ số / has too few or too many digits")
    value = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    notes = () if phonenumbers.is_valid_number(parsed) else ("đầu số chưa được cấp / a range that nobody was given",)
    return Subject("phone", value, number, original, (), notes)


def _name_problem(host: str) -> str:
    """Why nobody can be asked about this name, or ""."""
    read = suffixes()(host)
    if not read.domain or host == read.suffix:
        return f"«{host}» là đuôi tên miền, không của riêng ai / is an ending, nobody's own"
    for label in host.split("."):
        if label.startswith("xn--"):
            try:
                native = idna.decode(label)
            except (idna.IDNAError, UnicodeError):
                return f"«{label}» không phải punycode hợp lệ / is no valid punycode: nobody could register it"
            if native.isascii() or idna.encode(native, uts46=True).decode() != label:
                return f"«{label}» là punycode giả của «{native}» / is false punycode of a plain name"
    return ""


def _warnings(host: str) -> Iterator[str]:
    native = _native(host)
    if native != host:
        labels = [sorted({_script(letter) for letter in label if letter.isalpha()}) for label in native.split(".")]
        if mixed := next((scripts for scripts in labels if len(scripts) > 1), None):
            yield f"trộn chữ {', '.join(mixed)}: kiểm lại đúng {host} / mixes scripts: check that {host} is meant"
        else:
            yield f"tên có chữ ngoài ASCII, tức {host} / letters beyond ASCII, which is {host}"
    if (match := load_protected().match(host)) is not None:
        kind = match.entry.kind
        yield f"trang được bảo vệ ({kind}): hỏi nền tảng về tài khoản / a protected site: ask it about an account"


def _native(host: str) -> str:
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0].title()


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
