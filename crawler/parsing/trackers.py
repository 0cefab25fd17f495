"""Analytics, advertising and chat-widget ids: they tie pages of one operator together."""

import re

from crawler.detection.facts import Tracker
from crawler.parsing.document import Document

_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("ga", r"(?<![A-Z0-9\-])(UA-\d{4,10}-\d{1,4})(?!\d)"),
        ("ga4", r"[\"'=](G-[A-Z0-9]{8,12})(?![A-Z0-9])"),
        ("google_ads", r"(?<![A-Z0-9\-])(AW-\d{9,12})(?!\d)"),
        ("gtm", r"(?<![A-Z0-9\-])(GTM-[A-Z0-9]{5,9})(?![A-Z0-9])"),
        ("adsense", r"(ca-pub-\d{10,20})"),
        (
            "facebook_pixel",
            r"fbq\(\s{0,4}[\"']init[\"']\s{0,4},\s{0,4}[\"'](\d{10,20})|facebook\.com/tr\?id=(\d{10,20})",
        ),
        ("facebook_app", r"fb:app_id[\"'][^>]{0,40}content=[\"'](\d{10,20})|[?&]appId=(\d{10,20})"),
        ("tiktok_pixel", r"ttq\.load\(\s{0,4}[\"']([A-Z0-9]{15,25})"),
        ("histats", r"Histats\.start[\"']\s{0,4},\s{0,4}[\"']1,(\d{4,10})"),
        ("hotjar", r"hjid\s{0,3}:\s{0,3}(\d{5,9})"),
        (
            "clarity",
            r"clarity\.ms/tag/([a-z0-9]{8,12})|[\"']script[\"']\s{0,3},\s{0,3}[\"']([a-z0-9]{10})[\"']\s{0,3}\)",
        ),
        ("yandex", r"ym\(\s{0,3}(\d{6,10})\s{0,3},|mc\.yandex\.ru/watch/(\d{6,10})"),
        ("baidu", r"hm\.baidu\.com/hm\.js\?([0-9a-f]{32})"),
        ("cnzz", r"cnzz\.com/[\w.]{1,20}\?(?:web_)?id=(\d{6,12})"),
        ("51la", r"51\.la/[\w./]{0,20}\?id=(\d{6,12})|LA\.init\(\{\s{0,3}id\s{0,3}:\s{0,3}[\"']([A-Za-z0-9]{10,24})"),
        ("tawk", r"embed\.tawk\.to/([0-9a-f]{24})"),
        ("livechat", r"__lc\.license\s{0,3}=\s{0,3}(\d{5,10})"),
        ("subiz", r"subiz\(\s{0,3}[\"']setAccount[\"']\s{0,3},\s{0,3}[\"']([a-z]{10,24})"),
        ("crisp", r"CRISP_WEBSITE_ID\s{0,3}=\s{0,3}[\"']([0-9a-f\-]{36})"),
        ("zalo_oa", r"data-oaid=[\"'](\d{10,22})"),
        ("matomo", r"setSiteId[\"']\s{0,3},\s{0,3}[\"'](\d{1,6})"),
    )
)
_NEEDLES = ("src", "href", "content", "data-oaid")


def parse_trackers(document: Document) -> tuple[Tracker, ...]:
    """Ids by kind, each once, from scripts, script addresses and widgets."""
    text = "\n".join((document.script_text, _attributes(document), document.noscript[:4_000]))
    found: dict[tuple[str, str], Tracker] = {}
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            value = next((group for group in match.groups() if group), "")
            found.setdefault((kind, value), Tracker(kind, value))
    return tuple(found.values())[: document.bounds.matches]


def _attributes(document: Document) -> str:
    parts = []
    for element in document.named("script", "iframe", "img", "ins", "meta", "div"):
        for name in ("src", "data-ad-client", "data-oaid", "content"):
            value = element.attrs.get(name, "")
            if (
                value
                and (element.tag != "div" or name == "data-oaid")
                and (element.tag != "meta" or "app_id" in str(element.attrs))
            ):
                label = 'fb:app_id" ' if element.tag == "meta" else ""
                parts.append(f'{label}{name}="{value[:500]}"')
    return "\n".join(parts[:3_000])
