"""Reads what an officer pasted from a registry's own web page into the same record as any other source."""

import re
import unicodedata
from dataclasses import dataclass

from crawler.detection.facts import LookupState
from crawler.enrichment.answer import Registration, a_label, epp_status, host_names, is_withheld, plain
from crawler.enrichment.vietnam_dates import read_date

CHARACTERS = 100_000
LINES = 400
_LABELS = {
    "domain": ("tên miền", "ten mien", "domain name", "domain"),
    "registrar": ("nhà đăng ký quản lý", "nhà đăng ký", "đơn vị quản lý", "registrar", "sponsoring registrar"),
    "registrant": (
        "tên chủ thể đăng ký sử dụng",
        "tên chủ thể",
        "chủ thể đăng ký sử dụng",
        "chủ thể",
        "chủ sở hữu",
        "registrant",
        "registrant name",
        "owner name",
    ),
    "registered": ("ngày đăng ký", "ngày cấp", "creation date", "registered on", "issue date", "created"),
    "expires": ("ngày hết hạn", "expiration date", "expiry date", "expired date", "expires on"),
    "status": ("trạng thái", "status", "tình trạng"),
    "nameservers": (
        "máy chủ tên miền",
        "máy chủ dns",
        "máy chủ tên miền (dns)",
        "dns",
        "name server",
        "name servers",
        "nameserver",
    ),
}
_FREE = ("chưa được đăng ký", "chưa đăng ký", "không tìm thấy", "not registered", "no match", "not found", "available")
_MANY = frozenset({"status", "nameservers"})


class UnreadablePasteError(ValueError):
    """The pasted text is not a registry's answer about the domain; the message says what to do."""

    def __init__(self, en: str, vi: str) -> None:
        super().__init__(en)
        self.vi = vi


@dataclass(frozen=True, slots=True)
class Pasted:
    """What the text says. ``registration`` is empty when the name is free or everything is withheld."""

    state: LookupState
    registration: Registration
    unread: tuple[str, ...] = ()  # lines that no label explains, for the officer to see


def parse_paste(text: str, domain: str) -> Pasted:
    """The record in ``text`` about ``domain`` (A-labels). Raises UnreadablePasteError for another domain's, or none."""
    lines = [
        line for raw in text[:CHARACTERS].splitlines()[:LINES] if (line := plain(unicodedata.normalize("NFC", raw)))
    ]
    values, unread = _read(lines)
    named = [name for value in values.get("domain", ()) if (name := a_label(value.split(" ")[0]))]
    if named and domain not in named:
        raise UnreadablePasteError(
            f"the text is about {named[0]}, not {domain}; paste that one's answer",
            f"đoạn dán nói về {named[0]}, không phải {domain}; dán câu trả lời về tên đó",
        )
    folded = " ".join(lines).casefold()
    facts = _registration(values)
    if facts.says_something or facts.statuses or facts.nameservers:
        if not named and domain not in folded:
            raise UnreadablePasteError(
                f"the text does not name {domain}; copy the whole answer, first line too",
                f"đoạn dán không nêu {domain}; chép cả câu trả lời, kể cả dòng đầu",
            )
        state = LookupState.FOUND if facts.says_something else LookupState.REDACTED
        return Pasted(state, facts, tuple(unread))
    if any(words in folded for words in _FREE) and domain in folded:
        return Pasted(LookupState.UNREGISTERED, Registration(), tuple(unread))
    raise UnreadablePasteError(
        "no registrar, owner or date could be read; copy the answer with its labels, as «Ngày đăng ký: 02-11-2026»",
        "không đọc được nhà đăng ký, chủ thể hay ngày nào; chép cả nhãn, như «Ngày đăng ký: 02-11-2026»",
    )


def _read(lines: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    values: dict[str, list[str]] = {}
    unread: list[str] = []
    open_label = ""
    for line in lines:
        label, value = _split(line)
        if label:
            open_label = label
            if value:
                values.setdefault(label, []).append(value)
                open_label = label if label in _MANY else ""
        elif open_label:
            values.setdefault(open_label, []).append(line.lstrip("-•+ "))
            open_label = open_label if open_label in _MANY else ""
        else:
            unread.append(line)
    return values, unread


def _split(line: str) -> tuple[str, str]:
    """Label and value of «Label: value»; «Label» alone on its line opens the next; two blanks part columns."""
    head, colon, value = line.partition(":")
    key = head.strip(" -•+").casefold()
    for label, words in _LABELS.items():
        if key in words:
            return label, value.strip() if colon else ""
        for word in words if not colon or len(key) > 40 else ():
            if key.startswith(f"{word} ") and re.search(r"\d{2}[-/]\d{2}[-/]\d{4}|\.", key[len(word) :]):
                return label, line.strip(" -•+")[len(word) :].strip()
    return "", ""


def _registration(values: dict[str, list[str]]) -> Registration:
    def first(label: str) -> str:
        return next(iter(values.get(label, ())), "")

    owner = first("registrant")
    withheld = is_withheld(owner) or (bool(owner) and set(owner) <= set("*x. -"))
    many = [part for value in values.get("nameservers", ()) for part in re.split(r"[\s,;+]+", value)]
    status = [part for value in values.get("status", ()) for part in re.split(r"[,;]", value)]
    return Registration(
        registrar=first("registrar"),
        registrant="" if withheld else owner,
        registered_at=read_date(first("registered")),
        expires_at=read_date(first("expires")),
        statuses=tuple(dict.fromkeys(filter(None, map(epp_status, status))))[:16],
        nameservers=host_names(many),
        withheld=withheld,
    )
