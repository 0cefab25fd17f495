"""Bank accounts and e-wallets that a page asks to be paid: label-anchored, with bank and holder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.detection.facts import BankAccount, Link, Wallet
from crawler.parsing.banks import Bank, find_banks
from crawler.parsing.document import Document
from crawler.parsing.folding import fold, plain

# A label that can only mean an account, and one that needs a bank nearby to mean it.
_SURE = (
    r"so tai khoan(?: ngan hang)?|tai khoan(?: ngan hang)? so|so\s?tk|stk|s\.t\.k|so the(?: atm)?"
    r"|account (?:number|no\.?)"
)
_LOOSE = r"tai khoan ngan hang|tai khoan|tknh|tk ngan hang|tk|a/c|acc(?:ount)?"
_NUMBER = r"\d(?:[ .\-]?\d){5,18}(?![ .\-]?\d)"
_ALIAS = r"(?=[a-z]{0,12}[0-9a-z])[a-z][a-z0-9]{2,19}"
_GAP = r"[\s:.\-|*=()]{0,12}"
_LABELLED = re.compile(
    rf"(?<![a-z0-9])(?:({_SURE})|({_LOOSE}))(?![a-z0-9])[^\d\n]{{0,24}}?{_GAP}(?<![a-z0-9])({_NUMBER})"
)
_ALIASED = re.compile(rf"(?<![a-z0-9])(?:{_SURE})(?![a-z0-9])\s{{0,3}}[:\-]\s{{0,3}}({_ALIAS})\s{{1,3}}(?:tai|-|o)\s")
_DIGIT = re.compile(r"\d")
_BANK_NUMBER = re.compile(rf"[\s:.\-|*=()]{{1,12}}({_NUMBER})")
_HOLDER = re.compile(
    r"(?<![a-z0-9])(?:chu (?:tai khoan|tk|the)|ctk|ten (?:chu )?(?:tai khoan|tk)|ten nguoi (?:nhan|thu huong)"
    r"|(?:nguoi|don vi|ten don vi) (?:thu huong|nhan(?: tien)?)|account (?:holder|name)|beneficiary(?: name)?)"
    r"(?![a-z0-9])[\s:.\-|=()]{0,8}([^\n]{2,120})"
)
_OTHER_NUMBER = re.compile(
    r"(?:mst|ma so thue|hotline|dien thoai|sdt|phone|zalo|tong dai|lien he|don hang|ma don|cccd|cmnd|otp)\W{0,6}$"
)
_TRANSFER = re.compile(r"chuyen khoan|thanh toan|nap tien|dat coc|ung ho|ngan hang|chu tai khoan|ctk|chu tk|transfer")
_NOT_NAME_TEXT = (
    "chi nhanh so tai khoan ngan hang noi dung chuyen stk bank copy sao chep tien vui long hotline zalo "
    "nhap qr ma phone momo vnd cn pgd atm tk ten chu"
)
_NOT_NAME = frozenset(_NOT_NAME_TEXT.split())
_STOP = re.compile(r"(?<!cty)(?<!ct)(?<!tp)[.!?]\s+(?=[^\W\d_]+)", re.IGNORECASE)
_EDGES = " :-–.*\"'“”«»"
_WALLETS = (
    r"momo|zalopay|zalo pay|viettelpay|viettel pay|viettel money|viettelmoney|vnpay|shopeepay|airpay|vnpt money|vnptpay"
)
_WALLET = re.compile(
    rf"(?<![a-z0-9])({_WALLETS})(?![a-z0-9])[^\d\n@]{{0,30}}?(?<!\d)(0\d(?:[ .\-]?\d){{8}})(?![ .\-]?\d)"
)
_PROVIDERS = {
    "zalo pay": "zalopay",
    "viettelpay": "viettelmoney",
    "viettel pay": "viettelmoney",
    "viettel money": "viettelmoney",
}
_PROVIDERS |= {"airpay": "shopeepay", "vnpt money": "vnptmoney", "vnptpay": "vnptmoney"}
_WALLET_LINK = re.compile(
    r"(?:nhantien\.momo\.vn|me\.momo\.vn|momo\.vn/p2p|paypal\.me|paypal\.com/paypalme)/([A-Za-z0-9._\-]{2,60})"
)


@dataclass(frozen=True, slots=True)
class _Page:
    """The page's lines joined, with the folded twin whose positions are the same."""

    text: str
    folded: str
    holders_lead: bool = False  # whether holders stand before their numbers
    banks_lead: bool = True


def parse_accounts(document: Document) -> tuple[BankAccount, ...]:
    """Accounts in page order, one a number; ``text`` is the lines that they were read from."""
    page = _joined(document)
    found: dict[str, BankAccount] = {}
    for start, end, sure in _candidates(page):
        account = _account(page, start, end, sure)
        if account and _better(account, found.get(account.number)):
            found[account.number] = account
        if len(found) >= document.bounds.matches:
            break
    return tuple(found.values())


def _joined(document: Document) -> _Page:
    text = "\n".join(document.plain_lines)
    copied = (
        element.get("data-clipboard-text") for element in document.elements if "data-clipboard-text" in element.attrs
    )
    text += "".join(f"\n{plain(value[:120])}" for value in list(copied)[:50])
    folded = fold(text)
    account, holder = _LABELLED.search(folded), _HOLDER.search(folded)
    holders_lead = bool(holder and (not account or holder.start() < account.start()))
    bank_lead = not account or bool(find_banks(folded[max(0, account.start() - 200) : account.start()]))
    return _Page(text, folded, holders_lead, bank_lead)


def _candidates(page: _Page) -> Iterator[tuple[int, int, bool]]:
    """Spans of account numbers, and whether the label alone is enough."""
    for found in _LABELLED.finditer(page.folded):
        yield found.start(3), found.end(3), found[1] is not None
    for found in _ALIASED.finditer(page.folded):
        yield found.start(1), found.end(1), False
    for offset, line in _lines(page.folded):
        if len(line) < 400 and _DIGIT.search(line):
            for mention in find_banks(line):
                number = _BANK_NUMBER.match(line, mention.end)
                if number:
                    yield offset + number.start(1), offset + number.end(1), False


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.split("\n"):
        yield offset, line
        offset += len(line) + 1


def _account(page: _Page, start: int, end: int, sure: bool) -> BankAccount | None:
    number = re.sub(r"[ .\-]", "", page.text[start:end])
    if (
        _OTHER_NUMBER.search(page.folded, max(0, start - 40), start)
        or re.match(r"1[89]00\d{4,6}$", number)
        or len(set(number)) == 1
    ):
        return None
    first, last = _window(page.folded, start, end)
    near = page.folded[first:last]
    bank = _nearest_bank(near, start - first, end - first, page.banks_lead)
    if bank is not None and bank.kind == "wallet":
        return None
    wide = max(0, page.folded.rfind("\n", 0, max(0, start - 300)) + 1)
    holder = _holder(page, first, last, end)
    if not holder and page.holders_lead:  # several accounts below one holder
        holder = _holder(page, wide, end, end)
    near = page.folded[wide:last]
    if not sure and (bank is None or not (holder or _TRANSFER.search(near))):
        return None
    if sure and bank is None and not holder and not _TRANSFER.search(near):
        return None
    text = " / ".join(page.text[first:last].split("\n"))[:300]
    return BankAccount(number, bank.id if bank else "", bank.bin if bank else "", holder, text)


def _better(new: BankAccount, old: BankAccount | None) -> bool:
    return old is None or (bool(new.bank) + bool(new.holder)) > (bool(old.bank) + bool(old.holder))


def _window(folded: str, start: int, end: int) -> tuple[int, int]:
    """Three lines before and after, at most 300 characters each way, up to the neighbouring accounts."""
    before = folded[max(0, start - 300) : start].split("\n")[-4:]
    after = folded[end : end + 300].split("\n")[:4]
    for index in range(len(before) - 2, -1, -1):
        if _is_account(before[index]):
            before = before[index + 1 :]
            break
    for index, line in enumerate(after[1:], 1):
        if _is_account(line):
            after = after[:index]
            break
    return start - len("\n".join(before)), end + len("\n".join(after))


def _is_account(line: str) -> bool:
    if _LABELLED.search(line) or _ALIASED.search(line):
        return True
    return any(_BANK_NUMBER.match(line, mention.end) for mention in find_banks(line))


def _nearest_bank(near: str, start: int, end: int, banks_lead: bool) -> Bank | None:
    """The bank on the same line, else the fewest lines away; of two as near, the side on which the page puts them."""
    mentions = find_banks(near)

    def distance(index: int) -> tuple[int, bool, int]:
        mention = mentions[index]
        lines = near.count("\n", min(mention.end, end), max(mention.start, start))
        before = mention.end <= start
        gap = start - mention.end if before else mention.start - end
        return lines, lines > 0 and before != banks_lead, gap

    chosen = min(range(len(mentions)), key=distance, default=None)
    return mentions[chosen].bank if chosen is not None else None


def _holder(page: _Page, first: int, last: int, end: int) -> str:
    """The one labelled behind the number on its line, else a name in capitals there, else the labelled one on the side
    on which the page puts holders."""
    line_end = page.text.find("\n", end, last)
    line_end = last if line_end < 0 else line_end
    for found in _HOLDER.finditer(page.folded, end, line_end):
        if name := _name_at(page.text[found.start(1) : found.end(1)], strict=False):
            return name
    tail = page.text[end:line_end]
    for mention in find_banks(fold(tail)):
        tail = f"{tail[: mention.start]}{'|' * (mention.end - mention.start)}{tail[mention.end :]}"
    for segment in re.split(r"[|,;/()]|\s-\s|-\s|:\s", tail)[:40]:
        if name := _name_at(segment, strict=True):
            return name
    labelled = list(_HOLDER.finditer(page.folded, first, last))
    for found in sorted(labelled, key=lambda one: ((one.start() < end) != page.holders_lead, abs(one.start() - end))):
        if name := _name_at(page.text[found.start(1) : found.end(1)], strict=False):
            return name
    rest = page.text[end + len(tail) : last].split("\n")[1:2]
    return _name_at(rest[0], strict=True) if rest else ""


def _name_at(segment: str, *, strict: bool) -> str:
    """A holder's name at the head of ``segment``; ``strict``: no label led here, so only capitals count."""
    segment = _first_sentence(segment)
    head = re.split(r"[|,;/()\n]|\s-|\d", segment.strip(_EDGES), maxsplit=1)[0].strip(_EDGES)
    words = head.split()
    if not 2 <= len(words) <= (6 if strict else 16) or not all(
        re.fullmatch(r"[^\W\d_&.]+[.&]?", word) for word in words
    ):
        return ""
    if strict and not head.isupper():
        return ""
    folded = fold(" ".join(words))
    if strict and (find_banks(folded) or _NOT_NAME & set(folded.split())):
        return ""
    return " ".join(words) if strict or words[0][:1].isupper() else ""


def _first_sentence(text: str) -> str:
    """«DO VAN H. Kết bạn Zalo…»: the name ends where a word in small letters opens a sentence."""
    for stop in _STOP.finditer(text):
        if not text[stop.end() :].split(maxsplit=1)[0].isupper():
            return text[: stop.start()]
    return text


def parse_wallets(document: Document, links: tuple[Link, ...]) -> tuple[Wallet, ...]:
    """E-wallets by provider and account, each once."""
    found: dict[tuple[str, str], Wallet] = {}
    for line, folded in zip(document.plain_lines, document.folded_lines, strict=True):
        if len(line) > 2_000:
            continue
        for match in _WALLET.finditer(folded):
            provider = _PROVIDERS.get(match[1], match[1])
            account = re.sub(r"\D", "", match[2])
            holder = next(
                (
                    name
                    for part in re.split(r"[|,;()\-]", line[match.end() :])[:3]
                    if (name := _name_at(part, strict=True))
                ),
                "",
            )
            found.setdefault((provider, account), Wallet(provider, account, holder, line[:300]))
    for link in links:
        if paid := _WALLET_LINK.search(link.url[:500]):
            provider = "paypal" if "paypal" in link.url else "momo"
            found.setdefault((provider, paid[1]), Wallet(provider, paid[1], "", link.url[:300]))
    return tuple(found.values())[: document.bounds.matches]
