"""Contacts in chats and social networks: Zalo, Telegram, Facebook, Messenger, TikTok, Viber, WhatsApp and kin."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.detection.facts import Handle, Link
from crawler.parsing.contacts import parse_phone
from crawler.parsing.document import Document

_PLATFORMS = {
    "zalo.me": "zalo", "chat.zalo.me": "zalo", "oa.zalo.me": "zalo", "zaloapp.com": "zalo",
    "t.me": "telegram", "telegram.me": "telegram", "telegram.dog": "telegram",
    "m.me": "messenger", "facebook.com": "facebook", "fb.com": "facebook", "fb.me": "facebook", "fb.watch": "facebook",
    "tiktok.com": "tiktok", "wa.me": "whatsapp", "api.whatsapp.com": "whatsapp", "chat.whatsapp.com": "whatsapp",
    "line.me": "line", "lin.ee": "line", "instagram.com": "instagram", "messenger.com": "messenger",
}  # fmt: skip
_NOT_ACCOUNTS_TEXT = (
    "share sharer sharer.php share.php tr plugins dialog v2.0 login login.php help policies policy privacy "
    "legal terms about hashtag watch events photo photo.php photos story.php permalink.php pc download "
    "business settings embed ads explore accounts reel p s sdk sharearticle msg marketplace profile "
    "home.php l.php r.php reg recover tag video foryou"
)
_NOT_ACCOUNTS = frozenset(_NOT_ACCOUNTS_TEXT.split())
_IN_TEXT = re.compile(
    r"(?<![a-z0-9.\-])(?:https?:(?:\\?/){2})?(?:www\.)?((?:zalo|t|m|wa|telegram)\.me|tiktok\.com|chat\.whatsapp\.com)"
    r"(?:\\?/)([A-Za-z0-9@+_.\-/]{2,80})",
    re.IGNORECASE,
)
_TELEGRAM_NAME = re.compile(r"(?:telegram|tele)\s{0,2}[:\-]?\s{0,2}@([a-z][a-z0-9_]{4,31})(?![a-z0-9_@.])")
_NUMBER = re.compile(
    r"(?<![a-z])(zalo|viber|whatsapp)(?![a-z])[^\d\n]{0,20}?(?<!\d)((?:\+?84"
    r"|0)[ .\-]?\d(?:[ .\-]?\d){7,9})(?![ .\-]?\d)"
)


def parse_handles(document: Document, links: tuple[Link, ...]) -> tuple[Handle, ...]:
    """Handles by first appearance, one a platform and value."""
    found: dict[tuple[str, str], Handle] = {}
    for handle in _all(document, links):
        found.setdefault((handle.platform, handle.value.lower()), handle)
        if len(found) >= document.bounds.matches:
            break
    return tuple(found.values())


def _all(document: Document, links: tuple[Link, ...]) -> Iterator[Handle]:
    for link in links:
        if handle := parse_handle(link.url):
            yield handle
    for source in (*document.plain_lines, document.script_text):
        for found in _IN_TEXT.finditer(source[:400_000]):
            url = f"https://{found[1].lower()}/{found[2]}".replace("\\", "").rstrip(".-/")
            if handle := parse_handle(url):
                yield handle
    for line in document.folded_lines:
        for found in _TELEGRAM_NAME.finditer(line[:5_000]):
            yield Handle("telegram", found[1], f"https://t.me/{found[1]}")
        for found in _NUMBER.finditer(line[:5_000]):
            yield Handle(found[1], _number(found[2]))


def parse_handle(url: str) -> Handle | None:
    """The account or group that a URL leads to; None for pages that are nobody's (sharing, help, sign-in)."""
    try:
        parts = urlsplit(url[:2_000])
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme in {"viber", "tg", "zalo", "whatsapp"}:
        return _from_app_link(url, parts.scheme, parts.query)
    platform = _PLATFORMS.get(host) or next(
        (name for known, name in _PLATFORMS.items() if host.endswith(f".{known}")), ""
    )
    if not platform:
        return None
    value = _value(platform, unquote(parts.path), parts.query)
    return Handle(platform, value, url) if value else None


def _from_app_link(url: str, scheme: str, query: str) -> Handle | None:
    asked = parse_qs(query[:500])
    value = next((asked[name][0] for name in ("number", "phone", "domain", "chatURI", "invite") if name in asked), "")
    platform = {"tg": "telegram"}.get(scheme, scheme)
    return Handle(platform, value.strip()[:100], url) if value else None


def _value(platform: str, path: str, query: str) -> str:
    steps = [step for step in path.split("/") if step]
    if platform == "facebook":
        return _facebook(steps, query)
    if platform == "whatsapp" and not (steps and steps[0].strip("+").isdigit()):
        sent = parse_qs(query[:500]).get("phone", [""])[0]
        return _number(sent.strip()) or (steps[0] if steps and len(steps[0]) > 15 else "")
    if not steps:
        return ""
    if platform == "tiktok":
        return steps[0].removeprefix("@") if steps[0].startswith("@") else ""
    if platform in {"telegram", "zalo", "messenger", "line"} and steps[0] in {"s", "g", "joinchat", "t", "ti"}:
        rest = steps[-1] if len(steps) > 1 else ""
        return rest if steps[0] in {"s", "t", "ti"} else f"{steps[0]}/{rest}" if rest else ""
    if steps[0] == "ref" and len(steps) > 1:  # a chat bot of a Zalo account
        return steps[1][:40]
    if steps[0].lower() in _NOT_ACCOUNTS or "." in steps[0][-5:-2]:
        return ""
    return _number(steps[0]) if platform in {"zalo", "whatsapp"} else steps[0].removeprefix("@")[:100]


def _facebook(steps: list[str], query: str) -> str:
    asked = parse_qs(query[:1_000])
    if steps[:1] == ["plugins"] and "href" in asked:
        inner = parse_handle(asked["href"][0])
        return inner.value if inner else ""
    if steps[:1] == ["profile.php"]:
        return asked.get("id", [""])[0][:40]
    if steps[:1] in (["groups"], ["pages"], ["people"]) and len(steps) > 1:
        return f"{steps[0]}/{steps[-1]}"[:120]
    if not steps or steps[0].lower() in _NOT_ACCOUNTS or steps[0].endswith((".php", ".js")):
        return ""
    return steps[0][:100]


def _number(text: str) -> str:
    """A phone number as ten domestic digits where it is one; anything else unchanged."""
    digits = re.sub(r"[ .\-]", "", text)
    phone = parse_phone(digits) if digits.strip("+").isdigit() and 9 <= len(digits) <= 13 else None
    return phone.number.replace("+84", "0") if phone and phone.number.startswith("+84") else text.strip()[:100]
