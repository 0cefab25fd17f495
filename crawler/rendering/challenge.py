"""Recognises walls that stand before a site: captchas and bot checks. A wall says nothing about what is behind it."""

import re
from collections.abc import Mapping

HEAD_BYTES = 60_000  # a wall is a small page and says early what it is
CONTENT_CHARACTERS = 1_500  # of visible text; a real page that merely embeds a captcha has more

# (name, needles that must all be in the lower-case head of the body)
_MARKERS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("Cloudflare", (b"/cdn-cgi/challenge-platform/", b"_cf_chl_opt")),
    ("Cloudflare", (b"<title>just a moment...</title>", b"cf")),
    ("Cloudflare", (b"<title>attention required! | cloudflare</title>",)),
    ("DDoS-Guard", (b"<title>ddos-guard</title>",)),
    ("DDoS-Guard", (b"/.well-known/ddos-guard/", b"js-challenge")),
    ("Incapsula", (b"_incapsula_resource", b"incident")),
    ("Incapsula", (b"_incapsula_resource", b"noindex")),
    ("Sucuri", (b"sucuri_cloudproxy_js",)),
    ("Akamai", (b"/_sec/cp_challenge/",)),
    ("DataDome", (b"captcha-delivery.com",)),
    ("PerimeterX", (b"px-captcha",)),
    ("AWS WAF", (b"awswafintegration", b"challenge")),
    ("Anubis", (b"anubis_challenge",)),
    ("hCaptcha", (b"hcaptcha.com/1/api.js", b"h-captcha")),
    ("reCAPTCHA", (b"google.com/recaptcha/", b"g-recaptcha", b"unusual traffic")),
    ("cookie check", (b"document.cookie", b"location.reload", b"slowaes")),
)
_WHOLE_PAGE = frozenset({"hCaptcha", "PerimeterX", "DataDome"})  # also seen inside ordinary pages
_WALL_TITLES = re.compile(
    r"(?:just a moment|attention required|checking your browser|verify(?:ing)? you are (?:a )?human|security check|"
    r"access denied \| .{1,80} used cloudflare|one more step|đang kiểm tra trình duyệt|xác minh bạn là con người)",
    re.IGNORECASE,
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_SILENT = re.compile(rb"<(script|style|noscript)\b")


def recognise_challenge(*, status: int, headers: Mapping[str, str], body: bytes, title: str = "") -> str:
    """The wall's name, or "". ``headers`` by lower-case name. Conservative: what is doubtful is taken for a page."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "Cloudflare"
    if headers.get("x-amzn-waf-action", "").lower() in {"challenge", "captcha"}:
        return "AWS WAF"
    head = body[:HEAD_BYTES].lower()
    name = next((name for name, needles in _MARKERS if all(needle in head for needle in needles)), "")
    if name and (name not in _WHOLE_PAGE or _is_small(head)):
        return name if status in {200, 202, 401, 403, 405, 429, 503} else ""
    shown = title or _title_of(head)
    server = headers.get("server", "").lower()
    if status in {403, 429, 503} and _WALL_TITLES.search(shown):
        return "Cloudflare" if "cloudflare" in server else "bot check"
    if status in {403, 503} and "ddos-guard" in server and _is_small(head):
        return "DDoS-Guard"
    return ""


def _title_of(head: bytes) -> str:
    found = _TITLE.search(head)
    return found.group(1).decode("utf-8", "replace") if found else ""


def _is_small(head: bytes) -> bool:
    """Whether little text is left once scripts, styles and tags are gone."""
    return len(b" ".join(_TAG.sub(b" ", _without_scripts(head)).split())) < CONTENT_CHARACTERS


def _without_scripts(head: bytes) -> bytes:
    """``head`` without script, style and noscript elements, in one pass."""
    kept, place = [], 0
    for found in _SILENT.finditer(head):
        if found.start() < place:
            continue
        kept.append(head[place : found.start()])
        end = head.find(b"</" + found.group(1), found.end())
        if end < 0:
            return b" ".join(kept)
        place = end
    return b" ".join([*kept, head[place:]])
