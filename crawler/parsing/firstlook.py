"""A first look at a page in about a millisecond: what triage needs, read with the fast tree builder."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.detection.facts import FirstLook
from crawler.parsing.document import block_lines, join_url
from crawler.parsing.encoding import decode_html
from crawler.parsing.guard import tame_markup
from crawler.parsing.links import refresh_target

SHELL_TEXT = 200  # characters under which a scripted page counts as an empty shell
TEXT_CHARACTERS = 200_000

_PARTS = "a[href],form,input,select,textarea,img,script,iframe,frame,meta,base"
_CONTROLS = frozenset({"input", "select", "textarea"})
_BUTTONS = frozenset({"submit", "button", "reset", "image", "hidden"})
# What draws on a page that has next to no text: handlers that run without a script element, words in style sheets, tags
# that load or draw a document, pictures behind elements, a style sheet that makes a page of XML.
_STARTS = "load|error|page|focus|anim|trans|toggle|begin|start|hash|pop|scroll"
_DRAWS = (
    ("handler", re.compile(rf"[\s\"'/]on(?:{_STARTS})[a-z]{{0,20}}\s{{0,4}}=", re.IGNORECASE)),
    ("style-words", re.compile(r"content\s{0,4}:\s{0,4}(?:[\"'][^\"'\\]{2}|attr\()", re.IGNORECASE)),
    ("element", re.compile(r"<(?:object|embed|canvas|portal|fencedframe)[\s>/]", re.IGNORECASE)),
    (
        "style",
        re.compile(r"=\s{0,4}[\"']?stylesheet|@import|url\(|<(?:\?xml-stylesheet|svg|video|picture)", re.IGNORECASE),
    ),
)
_DRAWN_UNDER = 400  # characters of text
_QR = re.compile(r"qr|vietqr|chuyen-?khoan|thanh-?toan", re.IGNORECASE)
# Most addresses, taken apart without the whole reader: no port, no user, no brackets.
_PLAIN_HOST = re.compile(r"(?:https?:)?//([A-Za-z0-9._\-]{1,255})(?=[/?#]|\Z)")
_APK = re.compile(r"\.(?:apk|xapk)(?:[?#]|$)", re.IGNORECASE)
_ROOTS = "#root,#app,#__next,#__nuxt,#___gatsby,app-root,[ng-app],[data-reactroot]"
_PLEAS = ("enable JavaScript", "enable Javascript", "enable javascript", "JavaScript to run this app", "bật JavaScript")
# Plain substrings: looking for them costs microseconds where patterns would cost the whole millisecond.
# (name, what to look for first, then one of these): most pages cost one search a sign.
_SIGNS = (
    ("bot_api", "api.telegram.org/bot", ()),
    ("bot_api", "/api/webhooks", ("discord.com/api/webhooks", "discordapp.com/api/webhooks")),
    ("right_click_blocked", "contextmenu", ("oncontextmenu", "'contextmenu'", '"contextmenu"')),
    ("obfuscated_script", "eval(", ("eval(function(p,a,c,k", "eval(atob(", "eval(unescape(")),
    ("obfuscated_script", "(function(_0x", ()),
    ("obfuscated_script", "write(unescape(", ()),
    ("copied_page", "saved from url=", ()),
    ("copied_page", "HTTrack Website Copier", ()),
    ("copied_page", "Page saved with SingleFile", ()),
)


def first_look(html: bytes, *, url: str, content_type: str = "", bounds: Bounds = DEFAULT_BOUNDS) -> FirstLook:
    """Triage facts of one page; never raises on hostile bytes."""
    gaps = [f"page cut at {bounds.html_bytes} bytes"] if len(html) > bounds.html_bytes else []
    decoded = decode_html(html[: bounds.html_bytes], content_type=content_type)
    tamed = tame_markup(decoded.text, bounds)
    tree = LexborHTMLParser(tamed.markup)
    look = _Collector(url)
    for node in tree.css(_PARTS):
        look.take(node)
    shell_root = bool(look.script_count) and not look.types and tree.css_first(_ROOTS) is not None
    title, language, shown = _words(tree)
    if len(shown) > TEXT_CHARACTERS:
        gaps.append(f"text cut at {TEXT_CHARACTERS} characters")
    text = "\n".join(block_lines("\n".join((shown[:TEXT_CHARACTERS], *look.words))))
    return FirstLook(
        url=url,
        title=title,
        text=text,
        link_hosts=tuple(look.link_hosts),
        form_hosts=_hosts(look.actions),
        script_hosts=_hosts(look.scripts),
        field_types=tuple(look.types),
        field_names=tuple(look.names),
        field_labels=tuple(look.labels),
        has_password="password" in look.types,
        has_form=bool(look.forms or look.types),
        image_count=look.images,
        link_count=look.links,
        script_count=look.script_count,
        script_bytes=look.script_bytes,
        text_length=len(shown),
        html_bytes=len(html),
        declared_language=language,
        meta_refresh=look.refresh,
        frame_count=look.frames,
        is_shell=_is_shell(len(shown.strip()), look, shell_root, decoded.text),
        apk_link=look.apk,
        qr_images=tuple(dict.fromkeys(look.qr_images))[:20],
        signs=_signs(tamed.markup, bool(tamed.blobs)),
        draws=_draws(tamed.markup) if len(shown) < _DRAWN_UNDER else (),
        gaps=(*gaps, *decoded.gaps, *tamed.gaps),
    )


def _words(tree: LexborHTMLParser) -> tuple[str, str, str]:
    """Title, declared language, and the text between tags; scripts and styles are taken out of the tree."""
    head = tree.css_first("title")
    title = " ".join((head.text() or "").split())[:500] if head is not None else ""
    root = tree.css_first("html")
    language = (root.attributes.get("lang") or "")[:35] if root is not None else ""
    body = tree.body
    if body is None:
        return title, language, ""
    tree.strip_tags(["script", "style", "template", "noscript"])
    return title, language, " \n".join(filter(str.strip, body.text(separator="\n").split("\n")))


def _is_shell(length: int, look: "_Collector", has_root: bool, markup: str) -> bool:
    """Little to read, and scripts that would write it: an empty root, or a plea to enable them, makes it plain."""
    if length >= SHELL_TEXT or look.types or not look.script_count:
        return False
    return has_root or length < 40 or any(plea in markup for plea in _PLEAS)


def _signs(markup: str, has_blobs: bool) -> tuple[str, ...]:
    signs = dict.fromkeys(
        name
        for name, first, texts in _SIGNS
        if first in markup and (not texts or any(text in markup for text in texts))
    )
    if has_blobs:
        signs["base64_blob"] = None
    return tuple(signs)


def _draws(markup: str) -> tuple[str, ...]:
    return tuple(name for name, pattern in _DRAWS if pattern.search(markup))


def _hosts(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for host in map(_host, urls) if host))[:300]


def _host(url: str) -> str:
    if plain := _PLAIN_HOST.match(url):
        return plain[1].lower().rstrip(".")
    try:
        return (urlsplit(url[:2_000]).hostname or "").rstrip(".")
    except ValueError:
        return ""


class _Collector:
    """Gathers one page's parts in page order."""

    def __init__(self, url: str) -> None:
        self.base = url
        self.words: list[str] = []
        self.links = 0
        self.link_hosts: dict[str, None] = {}
        self.own_host = _host(url)
        self.actions: list[str] = []
        self.scripts: list[str] = []
        self.types: list[str] = []
        self.names: list[str] = []
        self.labels: list[str] = []
        self.qr_images: list[str] = []
        self.forms = self.images = self.frames = self.script_count = self.script_bytes = 0
        self.refresh = self.apk = ""

    def take(self, node: LexborNode) -> None:
        tag = node.tag
        if tag == "a":  # most of all parts, and only one attribute of theirs is read
            self._link(node.attrs.get("href"))
            return
        attrs = node.attributes
        if tag == "img":
            self._image(attrs)
        elif tag == "script":
            self._script(node, attrs)
        elif tag in _CONTROLS:
            self._field(str(tag), attrs)
        elif tag == "meta":
            self._meta(attrs)
        elif tag == "form":
            self.forms += 1
            self.actions.append(self._absolute(attrs.get("action") or self.base))
        elif tag in {"iframe", "frame"}:
            self.frames += 1
        elif tag == "base":
            self.base = self._absolute(attrs.get("href") or "") or self.base

    def _absolute(self, reference: str) -> str:
        return reference if reference.startswith(("http://", "https://")) else join_url(self.base, reference)

    def _link(self, reference: str | None) -> None:
        href = (reference or "").strip()
        if not href or href[0] == "#":
            return
        self.links += 1
        if len(self.link_hosts) < 300:
            # Most links stay on the page's host: only the others are taken apart.
            host = _host(href) if href.startswith(("http:", "https:", "//")) else self.own_host
            if host and href[:7] != "mailto:" and href[:4] != "tel:":
                self.link_hosts[host] = None
        if not self.apk and "apk" in href and _APK.search(href):
            self.apk = self._absolute(href)

    def _image(self, attrs: dict[str, str | None]) -> None:
        self.images += 1
        alt, source = attrs.get("alt") or "", attrs.get("src") or attrs.get("data-src") or ""
        if alt and len(self.words) < 2_000:
            self.words.append(alt[:200])
        if len(self.qr_images) < 20 and _QR.search(f"{source[:500]} {alt[:100]} {attrs.get('class') or ''}"):
            self.qr_images.append(self._absolute(source[:2_000]))

    def _script(self, node: LexborNode, attrs: dict[str, str | None]) -> None:
        self.script_count += 1
        if source := attrs.get("src"):
            self.scripts.append(self._absolute(source))
        else:
            self.script_bytes += len(node.text() or "")

    def _field(self, tag: str, attrs: dict[str, str | None]) -> None:
        kind = (attrs.get("type") or "text").lower() if tag == "input" else tag
        if kind in _BUTTONS:
            if kind != "hidden" and attrs.get("value"):
                self.words.append(str(attrs["value"])[:200])
            return
        label = attrs.get("placeholder") or attrs.get("aria-label") or attrs.get("title") or ""
        if len(self.types) < 300:
            self.types.append(kind[:40])
            self.names.append((attrs.get("name") or attrs.get("id") or "")[:200])
            self.labels.append(label[:200])
            self.words.append(label[:200])

    def _meta(self, attrs: dict[str, str | None]) -> None:
        content = attrs.get("content") or ""
        if (attrs.get("http-equiv") or "").lower() == "refresh" and not self.refresh:
            target = refresh_target(content)
            self.refresh = self._absolute(target) if target else ""
        elif content and (attrs.get("name") or attrs.get("property") or "").lower() in {
            "description",
            "og:description",
        }:
            self.words.append(content[:1_000])
