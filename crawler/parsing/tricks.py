"""Tricks that press, deceive or hinder a visitor: countdowns, invented activity, blocked keys, hidden text."""

import re
from collections.abc import Iterator
from itertools import islice

from crawler.detection.facts import Trick, TrickKind
from crawler.parsing.document import Document, Element
from crawler.parsing.folding import fold
from crawler.parsing.links import parse_refresh

_COUNTDOWN_CLASS = re.compile(r"count-?_?down|flipdown|timer-?_?box|dem-?_?nguoc|time-?_?left|flash-?_?timer")
_COUNTDOWN_TEXT = re.compile(
    r"(?:ket thuc|het han|het gio|con lai|uu dai con|sale con|dem nguoc|chi con"
    r"|dong (?:dang ky|don|form|cua|link|cong|nhan) (?:sau|trong)"
    r"|ends? in)[^\n]{0,40}?(?:\d{1,2}\s?:\s?\d{2}(?:\s?:\s?\d{2})?"
    r"|\d{1,2}\s?(?:ngay|gio|h)\s?\d{0,2}\s?(?:gio|phut|p|:))|flash ?sale[^\n]{0,30}\d{1,2}\s?:\s?\d{2}"
)
_COUNTDOWN_SCRIPT = re.compile(r"\)\.countdown\(|countDownDate|new FlipClock")
_ACTIVITY = re.compile(
    r"(?:vua (?:dat (?:mua|hang|coc)|mua|rut|nap|nhan|trung|thang|dang ky|thanh toan)|da rut thanh cong"
    r"|rut tien thanh cong)(?![a-z])"
)
_ACTIVITY_NOW = re.compile(
    r"\d{1,4} (?:nguoi|khach|khach hang) (?:dang|khac dang) (?:xem|mua|online|quan tam)|(?:just"
    r"|recently) (?:bought|purchased|withdrew)"
)
_FEW = re.compile(
    r"chi con (?:lai )?\d{1,3} (?:san pham|suat|sp|cai|chiec|phan qua|slot|cho)"
    r"|con (?:lai )?\d{1,2} (?:suat|slot|san pham)|sap (?:chay|het) hang|only \d{1,3} left"
    r"|(?:suat|slot|san pham|phan qua|cho|luot) con lai ?:? ?\d{1,3}(?!\d)"
)
_QUOTE = re.compile(r"[\"'`\n]")
_ESCAPED = re.compile(r"\\u(00[c-f][0-9a-f]|01[0-9a-f]{2}|1e[a-f][0-9a-f])", re.IGNORECASE)
_SCRIPT_READ = 300_000  # characters
_RESEND = re.compile(r"(?<![a-z])(?:otp|gui lai|resend|ma xac|het hieu luc)(?![a-z])")
_RIGHT_CLICK = re.compile(r"oncontextmenu\s{0,2}=|[\"']contextmenu[\"']|\.contextmenu\(")
_DEVTOOLS = re.compile(
    r"devtools?-?(?:detect|opened|changed?)|disable-?devtool|(?:keyCode|which)\s{0,3}={2,3}\s{0,3}123\b|[\"']F12[\"']"
    r"|setInterval\([^;]{0,80}debugger"
)
_OBFUSCATED = (
    "eval(function(p,a,c,k", "eval(atob(", "eval(unescape(", "document.write(unescape(", "document.write(atob(",
    "(function(_0x",
)  # fmt: skip
_HEX_NAMES = re.compile(r"_0x[0-9a-f]{4,6}\b")
_BOT = re.compile(
    r"api\.telegram\.org/bot[\w:%\-]{0,60}|discord(?:app)?\.com/api/webhooks/\d{0,25}|[\"']bot\d{6,12}:[\w\-]{30,45}"
)
# «fetch("https://…», «axios.post("https://…», «.open("POST", "https://…», «url: "https://…», with the address sent to
_SENDS = re.compile(
    r"(?:fetch|axios(?:\.post)?|\$\.(?:post|ajax)|sendBeacon|open)\s{0,3}\(\s{0,3}(?:[\"']post[\"']\s{0,3},\s{0,3})?"
    r"(?:\{[^{}]{0,200}?url\s{0,3}:\s{0,3})?[\"'`](https?://[\w.:-]{4,100}(?:/[^\s\"'`]{0,200})?|[\w./-]{1,60}\.php)[\"'`]([^;]{0,300})",
    re.IGNORECASE,
)
_POSTED = re.compile(r"\bpost\b|sendbeacon|body\s{0,3}:|data\s{0,3}:", re.IGNORECASE)
_APPROVES = re.compile(
    r"setApprovalForAll|increaseAllowance|eth_signTypedData(?:_v4)?|eth_sendTransaction|personal_sign|permit2"
    r"|seaport|signAllTransactions|createTransferInstruction"
)
_COPIED = re.compile(
    r"saved from url=|mirrored from|httrack website copier|page saved with singlefile|saved by save page we",
    re.IGNORECASE,
)
_COPIED_ATTRS = ("data-savepage-src", "data-savepage-href", "data-scrapbook-source")


def parse_tricks(document: Document) -> tuple[Trick, ...]:
    """Tricks in order of kind, at most three of a kind."""
    found: dict[TrickKind, list[Trick]] = {}
    for trick in _all(document):
        same = found.setdefault(trick.kind, [])
        if len(same) < 3 and trick not in same:
            same.append(trick)
    return tuple(trick for tricks in found.values() for trick in tricks)


def _all(document: Document) -> Iterator[Trick]:
    yield from _pressure(document)
    yield from _scripts(document)
    yield from _hidden(document)
    if target := parse_refresh(document):
        yield Trick(TrickKind.META_REFRESH, target[:300])
    yield from _copied(document)


def _pressure(document: Document) -> Iterator[Trick]:
    patterns = (
        (TrickKind.COUNTDOWN, _COUNTDOWN_TEXT),
        (TrickKind.FAKE_ACTIVITY, _ACTIVITY_NOW),
        (TrickKind.FEW_LEFT, _FEW),
    )
    activity: list[str] = []
    for line, folded in zip(document.plain_lines, document.folded_lines, strict=True):
        short = folded[:400]
        for kind, pattern in patterns:
            if found := pattern.search(short):
                yield Trick(kind, line[max(0, found.start() - 20) : found.end() + 40])
        if len(folded) < 140 and _ACTIVITY.search(short):
            activity.append(line)
    scripted = [text[:140] for text in _quoted(document.script_text) if _ACTIVITY.search(fold(text))]
    if (
        len(activity) >= 2
        or scripted
        or any(re.search(r"\d{1,2} (?:phut|giay|gio) truoc|\*\*", fold(one)) for one in activity)
    ):
        yield Trick(TrickKind.FAKE_ACTIVITY, " / ".join([*activity, *scripted][:3])[:300])
    for element in document.elements:
        names = f"{element.attrs.get('class', '')[:200]} {element.attrs.get('id', '')[:80]}".lower()
        if len(names) > 4 and _COUNTDOWN_CLASS.search(names) and not _resends_code(document, element):
            yield Trick(TrickKind.COUNTDOWN, f"<{element.tag} {names.strip()[:80]}>")
            break


def _resends_code(document: Document, element: Element) -> bool:
    """A timer beside a one-time code is every bank's, not a trick."""
    around = " ".join(document.text_of(outer, 200) for outer in (element, *document.ancestors(element, 3)))
    return _RESEND.search(fold(around)) is not None


def _quoted(script: str) -> list[str]:
    """Pieces of quoted text around «vừa», whichever quotes the script uses and however it escapes its letters."""
    if "\\u1eeb" in script.lower():
        script = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), script[:_SCRIPT_READ])
    pieces: list[str] = []
    place = script.find("vừa")
    while place >= 0 and len(pieces) < 200:
        before = _QUOTE.split(script[max(0, place - 80) : place])[-1]
        pieces.append(before + _QUOTE.split(script[place : place + 100], maxsplit=1)[0])
        place = script.find("vừa", place + 3)
    return pieces


def _scripts(document: Document) -> Iterator[Trick]:
    script = document.script_text
    handlers = " ".join(
        f"{name}={value[:200]}"
        for element in document.elements
        for name, value in element.attrs.items()
        if name[:2] == "on"
    )[:100_000]
    for kind, pattern, text in (
        (TrickKind.COUNTDOWN, _COUNTDOWN_SCRIPT, script),
        (TrickKind.RIGHT_CLICK_BLOCKED, _RIGHT_CLICK, f"{handlers}\n{script}"),
        (TrickKind.DEVTOOLS_BLOCKED, _DEVTOOLS, f"{handlers}\n{script}"),
        (TrickKind.BOT_API, _BOT, f"{handlers}\n{script}"),
        (TrickKind.WALLET_APPROVAL, _APPROVES, script),
    ):
        if found := pattern.search(text):
            yield Trick(kind, text[found.start() : found.end() + 40].split("\n")[0][:160])
    for form in document.named("form"):
        if found := _BOT.search(form.get("action")[:500]):
            yield Trick(TrickKind.BOT_API, found[0])
    yield from _sends(document)
    packed = next((mark for mark in _OBFUSCATED if mark in script), "")
    if packed or len(_HEX_NAMES.findall(script[:200_000])) > 30:
        yield Trick(TrickKind.OBFUSCATED_SCRIPT, packed or "_0x… names")


def _sends(document: Document) -> Iterator[Trick]:
    """Addresses, absolute, to which a script sends something, rather than asks."""
    for found in islice(_SENDS.finditer(document.script_text[:_SCRIPT_READ]), 50):
        if _POSTED.search(found[0][:60]) or _POSTED.search(found[2]):
            yield Trick(TrickKind.SCRIPT_POSTS, document.absolute(found[1])[:200])


def _hidden(document: Document) -> Iterator[Trick]:
    for hidden in document.hidden:
        if hidden.text and ((hidden.trick and len(hidden.text) >= 20) or hidden.links >= 3):
            yield Trick(TrickKind.HIDDEN_TEXT, hidden.text[:200])


def _copied(document: Document) -> Iterator[Trick]:
    for comment in document.comments:
        if _COPIED.search(comment):
            yield Trick(TrickKind.COPIED_PAGE, " ".join(comment.split())[:200])
            return
    for element in document.elements:
        for name in _COPIED_ATTRS:
            if name in element.attrs:
                yield Trick(TrickKind.COPIED_PAGE, f"{name}={element.get(name)[:150]}")
                return
