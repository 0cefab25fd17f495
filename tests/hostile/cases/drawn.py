"""Words that stand in no text of the page's own: style sheets, handlers, frames, roots, pictures, other kinds of answer."""

from tests.hostile.answers import Answer, data, html
from tests.hostile.case import Case
from tests.hostile.cases.clothes import DOOR, SALE

WHOLE = f"<title>Xả kho</title>{SALE}{DOOR}"
WRITTEN = WHOLE.replace("'", "&apos;")  # inside a handler
QUOTED = SALE.replace("<p>", "")
SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"


def framed(body: str, **more: Answer) -> dict[str, Answer]:
    return {
        "/": html(f"<!doctype html><title>x</title>{body}"),
        **{f"/{name}": answer for name, answer in more.items()},
    }


# What a browser shows of each holds «OTP»; a plain fetch alone says at most that there is something to render.
SHOWN = {
    "handler-of-the-body": framed(f"<body onload='document.body.innerHTML = `{WRITTEN}`'>"),
    "handler-of-a-picture": framed(f"<img src=data:, onerror='document.body.innerHTML = `{WRITTEN}`'>"),
    "handler-of-svg": framed(f"<svg onload='document.body.innerHTML = `{WRITTEN}`'></svg>"),
    "frame-of-the-page": framed(f'<iframe srcdoc="{SALE}<form><input name=otp></form>" width=900 height=900></iframe>'),
    "frame-in-a-frame": framed("<iframe src=/a></iframe>", a=html("<iframe src=/b></iframe>"), b=html(WHOLE)),
    "frame-of-a-blob": framed(
        f"<script>const f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob([`{WHOLE}`], {{type: 'text/html'}}));"
        " document.documentElement.append(f)</script>"
    ),
    "frame-of-data": framed(f'<iframe src="data:text/html;charset=utf-8,{SALE.replace("%", "%25")}"></iframe>'),
    "frame-of-another-site": framed("<iframe src=http://q-inner-page.example/ width=900 height=900></iframe>"),
    "frames-of-a-set": framed("<frameset cols=*><frame src=/a></frameset>", a=html(WHOLE)),
    "object-that-is-a-page": framed("<object data=/a type=text/html width=900 height=900></object>", a=html(WHOLE)),
    "embedded-page": framed("<embed src=/a type=text/html width=900 height=900>", a=html(WHOLE)),
    "closed-root-by-markup": framed(
        f"<div><template shadowrootmode=closed>{WHOLE}</template></div><img src=/x onerror=1>"
    ),
    "closed-root-in-a-frame": framed(
        "<iframe src=/a width=900 height=900></iframe>",
        a=html(f"<div><template shadowrootmode=closed>{WHOLE}</template></div>"),
    ),
    "closed-root-in-an-open-one": framed(
        f"<div><template shadowrootmode=open><p><template shadowrootmode=closed>{WHOLE}</template></p></template></div>"
    ),
    "closed-root-set-by-script": framed(
        f"<div id=d></div><script>d.setHTMLUnsafe(`<p><template shadowrootmode=closed>{WHOLE}</template></p>`)</script>"
    ),
    "closed-root-by-script": framed(
        f"<div id=d></div><script>d.attachShadow({{mode: 'closed'}}).innerHTML = `{WHOLE}`</script>"
    ),
    "written-later": framed(f"<p id=p>Đang tải</p><script>setTimeout(() => p.outerHTML = `{WHOLE}`, 8000)</script>"),
    "written-when-scrolled": framed(
        f"<div style='height:4000px'></div><p id=p>x</p><script>new IntersectionObserver(e => {{ if (e[0].isIntersecting) p.outerHTML = `{WHOLE}` }}).observe(p)</script>"
    ),
    "written-when-drawn": framed(
        f"<style>@keyframes k {{ to {{ top: 1px }} }} p {{ position: relative; animation: k 1s }}</style><p onanimationend='document.body.innerHTML = `{WRITTEN}`'>a</p>"
    ),
    "written-by-a-module": framed(
        "<script type=module src=/m.js></script>",
        **{"m.js": data(f"document.body.innerHTML = `{WHOLE}`", kind="text/javascript")},
    ),
    "styled-by-xslt": {
        "/": data("<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='/x.xsl'?><a/>", kind="text/xml"),
        "/x.xsl": data(
            "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'>"
            f"<html><body><p>{QUOTED}</p></body></html></xsl:template></xsl:stylesheet>",
            kind="text/xsl",
        ),
    },
}
TYPES = {
    "type-of-any": "*/*",
    "type-without-a-slash": "x",
    "type-unknown": "application/unknown",
    "type-html-in-odd-case": "TEXT/HTML ; charset=UTF-8",
    "type-xhtml": "application/xhtml+xml; charset=utf-8",
}
XHTML_PAGE = f"<html xmlns='{XHTML}'><head><title>Xả kho</title></head><body><p>{QUOTED}</p><form><input name='otp'/></form></body></html>"

SVG_PAGE = (
    f"<svg xmlns='{SVG}' width='900' height='900'><foreignObject width='900' height='900'><body xmlns='{XHTML}'><p>{QUOTED}</p>"
    "<form><input name='otp'/></form></body></foreignObject></svg>"
)
FETCHED = "empty_shell|read"
CASES = (
    *(Case(f"q-{name}", answers, FETCHED, "read", holds="OTP", flagged=True) for name, answers in SHOWN.items()),
    Case("q-inner-page", {"/": html(WHOLE)}, "read", "read", holds="OTP"),
    *(
        Case(
            f"q-{name}",
            {"/": data(XHTML_PAGE if "xhtml" in kind else WHOLE, kind=kind)},
            "read",
            "read",
            holds="OTP",
            flagged=True,
        )
        for name, kind in TYPES.items()
    ),
    Case("q-type-svg", {"/": data(SVG_PAGE, kind="image/svg+xml")}, "read", "read", holds="OTP", flagged=True),
    Case(
        "q-words-of-a-style-sheet",  # no text at all: its picture alone tells, where words in pictures are read
        framed(f"<style>p::before {{ content: '{QUOTED}' }}</style><p></p>"),
        "empty_shell",
        "empty_shell|read",
    ),
    Case(
        "q-words-of-a-canvas",
        framed(
            f"<canvas id=c width=900 height=300></canvas><script>c.getContext('2d').fillText('{QUOTED}', 9, 99)</script>"
        ),
        "empty_shell",
        "empty_shell|read",
    ),
    Case(
        "q-advertisement-beside",
        {
            "/": html(
                f"<!doctype html><title>Báo</title>{'<p>Một ngày đẹp trời ở quê nhà.</p>' * 60}<iframe srcdoc='{SALE}' width=300 height=250></iframe>"
            )
        },
        "read",
        "read",
    ),
)
