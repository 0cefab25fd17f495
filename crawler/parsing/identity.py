"""Who a page says runs it: tax codes, owner, address, representative, and the ministry of trade's badge."""

import re
from collections.abc import Iterator

from stdnum.vn import mst

from crawler.detection.facts import MinistryBadge, Owner, TaxCode
from crawler.parsing.document import Document, Element
from crawler.parsing.links import host_of

_TAX = re.compile(
    r"(?<![a-z])(?:ma so thue(?: ca nhan)?|mst|ma so (?:doanh nghiep|dn|dkkd|hkd|ho kinh doanh)|ma so kinh doanh|msdn"
    r"|(?:giay )?(?:gcn|chung nhan|phep|cn) ?(?:dang ky|dk|dkkd|dkdn)[^\d\n]{0,60}|gpkd|gpdkkd|gcndkdn|dkkd"
    r"|tax (?:code|id))"
    r"(?![a-z])[^\d\n]{0,30}(?<!\d)(\d(?:[ .\-]?\d){8,15})(?!\d)"
)
_COMPANY = re.compile(
    r"(?<![a-z])((?:tong )?cong ty (?:tnhh|co phan|cp|hop danh|trach nhiem|luat|lien doanh|tai chinh|chung khoan)"
    r"|cty (?:tnhh|cp|co phan)|ho kinh doanh|hkd|doanh nghiep tu nhan|dntn|hop tac xa"
    r"|ngan hang (?:tmcp|thuong mai|nong nghiep))(?![a-z])"
)
_NAMED = re.compile(
    r"(?:ten (?:doanh nghiep|cong ty|don vi|ho kinh doanh)|don vi (?:chu quan|so huu|quan ly)|co quan chu quan"
    r"|chu so huu(?: website)?|(?:website|ban quyen)[^\n]{0,20} thuoc(?: ve)?|copyright|©"
    r"|ban quyen)[^\w\n]{0,6}(?:\d{4}[^\w\n]{0,4})?"
)
_ADDRESS = re.compile(
    r"(?<![a-z])(?:dia chi(?: tru so| lien he| dkkd| cong ty| kinh doanh)?|d/c|dc|(?:dia chi )?tru so(?: chinh)?"
    r"|van phong|address|hoi so(?: chinh)?)\s{0,2}[:\-]\s{0,3}([^\n]{8,250})"
)
_PERSON = re.compile(
    r"(?<![a-z])(?:(?:nguoi )?dai dien(?: theo)?(?: phap luat| phap ly)?|nguoi chiu trach nhiem[^:\n]{0,40}"
    r"|chu ho kinh doanh"
    r"|chiu trach nhiem(?: quan ly)? noi dung|(?:tong )?giam doc|chu doanh nghiep)\s{0,2}[:\-]\s{0,3}([^\n]{4,120})"
)
_STOP = re.compile(
    r"\s[-–|•·]\s|[|•·;]|,?\s?\(?(?:mst|ma so thue|ma so|msdn|dia chi|d/c|dien thoai|hotline|email|gpkd|giay"
    r"|so dkkd|gcn|all right|dai dien"
    r"|da dang ky|website|tel|sdt|so dien thoai|chuc vu|ngay cap|do so)(?![a-z])|\.\s|\s©"
)
# An address has full stops and dashes of its own.
_ADDRESS_STOP = re.compile(
    r"[|•·;]|,?\s?\(?(?:mst|ma so|dien thoai|hotline|email|e-mail|gpkd|giay (?:phep|cn|chung)|dai dien|nguoi dai dien"
    r"|website|tel|sdt|so dien thoai|fax|van phong|chi nhanh \d|ngay cap)(?![a-z])|\s©"
)
_RECORD = re.compile(
    r"/(?:webdetails|appdetails|website(?:display)?|customwebsitedisplay)(?:\.aspx)?/?(?:\?docid=)?(\d{1,9})"
)
_BADGE_PICTURE = re.compile(
    r"bo-?_?cong-?_?thuong|bocongthuong|(?<![a-z])bct(?![a-z])|da-?_?thong-?_?bao|da-?_?dang-?_?ky|logosalenoti"
    r"|logoccdv|salenoti"
)
_LINE = 400


def parse_tax_codes(document: Document) -> tuple[TaxCode, ...]:
    """Labelled tax codes, each once: 10 digits an enterprise, 13 a branch, 12 a person."""
    found: dict[str, TaxCode] = {}
    for line, folded in zip(document.plain_lines, document.folded_lines, strict=True):
        for match in _TAX.finditer(folded[:20_000]):
            code = judge_tax_code(match[1], line[max(0, match.start() - 20) : match.end() + 20])
            if code:
                found.setdefault(code.value, code)
    return tuple(found.values())[: document.bounds.matches]


def judge_tax_code(text: str, shown: str = "") -> TaxCode | None:
    """One code with its check digit's verdict; None when its length is no tax code's."""
    value = re.sub(r"[ .\-]", "", text)
    if not (value.isascii() and value.isdigit()):
        return None
    if len(value) in {10, 13}:
        return TaxCode(value, bool(mst.is_valid(value)), "enterprise" if len(value) == 10 else "branch", shown)
    if len(value) == 12:  # a citizen's number: province 001 to 096, then a digit for sex and century
        return TaxCode(value, 1 <= int(value[:3]) <= 96 and value[3] in "0123", "personal", shown)
    return None


def parse_owner(document: Document) -> Owner | None:
    """The owner that the page states, footers before bodies; None when it states nothing."""
    name, line = _owner_name(document)
    address = _labelled(document, _ADDRESS, 200, _ADDRESS_STOP)
    person = _labelled(document, _PERSON, 80)
    if not (name or person or (address and parse_tax_codes(document))):
        return None
    return Owner(name, address, person, line[:300])


def _owner_name(document: Document) -> tuple[str, str]:
    """The company line nearest to the end, with the ones that carry a label, a © or a tax code first."""
    best: tuple[int, str, str] = (0, "", "")
    lines = document.folded_lines
    for index, folded in enumerate(lines):
        if len(folded) > _LINE:
            continue
        found = _COMPANY.search(folded)
        rank = _rank(lines, index, found.start()) if found else 0
        if found and rank and rank >= best[0]:
            original = document.plain_lines[index]
            best = (rank, _until_stop(original[found.start() :], folded[found.start() :])[:160], original)
    return best[1], best[2]


def _rank(lines: list[str], index: int, start: int) -> int:
    """0 for a company merely mentioned in running text."""
    folded = lines[index]
    before = folded[:start].strip(" -–:|•©.")
    if _NAMED.search(folded[: start + 1]):
        return 4
    near = " ".join(lines[index : index + 5])
    if before and len(before) > 12:
        return 0
    if _TAX.search(near):
        return 3
    if _ADDRESS.search(near):
        return 2
    return 1 if index >= len(lines) * 0.6 and len(folded) < 120 else 0


def _until_stop(original: str, folded: str, pattern: re.Pattern[str] = _STOP) -> str:
    stop = pattern.search(folded, 4)
    return original[: stop.start() if stop else len(original)].strip(" -–:|,.(")


def _labelled(document: Document, pattern: re.Pattern[str], limit: int, stop: re.Pattern[str] = _STOP) -> str:
    """The last labelled value: footers stand below the text that may mention others."""
    for index in range(len(document.folded_lines) - 1, -1, -1):
        folded = document.folded_lines[index]
        found = pattern.search(folded) if len(folded) <= 2 * _LINE else None
        if found:
            start, end = found.span(1)
            value = _until_stop(document.plain_lines[index][start:end], folded[start:end], stop)
            if sum(map(str.isalpha, value)) >= 4:
                return value[:limit]
    return ""


def parse_badges(document: Document) -> tuple[MinistryBadge, ...]:
    """Badges by their link: a picture without one counts too, as a badge that leads nowhere."""
    found: dict[tuple[str, str], MinistryBadge] = {}
    for badge in _badges(document):
        found.setdefault((badge.link, badge.record_id), badge)
    return tuple(found.values())[: document.bounds.matches]


def _badges(document: Document) -> Iterator[MinistryBadge]:
    at_home = _is_ministry(document.base)
    for element in document.named("a"):
        pictures = [inner for inner in document.within(element, 12) if inner.tag == "img"]
        if not (pictures or at_home or "gov.vn" in element.get("href").lower()):
            continue  # of tens of thousands of links, each would be made absolute
        link = document.absolute(element.get("href"))
        if _is_ministry(link) or any(_is_badge(picture) for picture in pictures):
            yield _badge(link, pictures)
    for picture in document.named("img"):
        if _is_badge(picture) and not any(outer.tag == "a" for outer in document.ancestors(picture, 4)):
            yield _badge("", [picture])


def _is_ministry(link: str) -> bool:
    host = host_of(link)
    return host == "online.gov.vn" or host.endswith(".online.gov.vn")


def _is_badge(picture: Element) -> bool:
    source = " ".join(picture.get(name)[:500] for name in ("src", "data-src", "data-lazy-src")).lower()
    alt = picture.get("alt").lower()
    return (
        "online.gov.vn" in source
        or _BADGE_PICTURE.search(source.rsplit("/", 1)[-1]) is not None
        or "bộ công thương" in alt
    )


def _badge(link: str, pictures: list[Element]) -> MinistryBadge:
    record = _RECORD.search(link.lower()) if _is_ministry(link) else None
    words = " ".join(f"{picture.get('src')[:500]} {picture.get('alt')}" for picture in pictures).lower()
    kind = ""
    if re.search(r"ccdv|dang-?_?ky|đăng ký", words):
        kind = "registered"
    elif re.search(r"noti|thong-?_?bao|thông báo", words):
        kind = "notified"
    return MinistryBadge(link, record[1] if record else "", kind)
