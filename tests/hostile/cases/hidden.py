"""Markup that a browser shows and a reader may pass over: whoever reads this code hides the words there."""

from tests.hostile.answers import WORDS, page
from tests.hostile.case import Case

PHRASE = "Nhập mã OTP để nhận quà"

# What a browser with scripts shows of each holds the phrase.
SHOWN = {
    "shadow-open": f"<div><template shadowrootmode=open><p>{PHRASE}</p></template></div>",
    "shadow-closed": f"<div><template shadowrootmode='closed' ><p>{PHRASE}</p></template><p>Trang thật</p></div>",
    "shadow-in-shadow": f"<div><template shadowrootmode=open><b><template SHADOWROOTMODE=open>{PHRASE}</template></b></template></div>",
    "behind-a-template": f"<template><table><td></template><p>{PHRASE}</p>",
    "behind-noscript-comment": f"<noscript><!--</noscript><p>{PHRASE}</p><noscript>--></noscript>",
    "behind-noscript-frame": f"<noscript><iframe></noscript><p>{PHRASE}</p>",
    "behind-svg-title": f"<svg><title></svg><p>{PHRASE}</p>",
    "behind-svg-style": f"<svg><style></svg><p>{PHRASE}</p>",
    "svg-character-data": f"<svg><text y=20><![CDATA[{PHRASE}]]></text></svg>",
    "ruby": f"<ruby>a<rt>{PHRASE}</rt></ruby>",
    "plaintext": f"<plaintext><p>{PHRASE}",
    "xmp": f"<xmp><b></p>{PHRASE}</xmp>",
    "listing": f"<listing>{PHRASE}</listing>",
    "textarea": f"<textarea>{PHRASE}</textarea>",
    "dialog": f"<dialog open>{PHRASE}</dialog>",
    "foreign-object": f"<svg><foreignObject width=300 height=99><p>{PHRASE}</p></foreignObject></svg>",
    "svg-text": f"<svg><text y=20>{PHRASE}</text></svg>",
    "math-text": f"<math><mtext>{PHRASE}</mtext></math>",
    "comment-of-one-dash": f"<!--><p>{PHRASE}</p>-->",
    "comment-of-two-dashes": f"<!---><p>{PHRASE}</p>-->",
    "comment-ends-with-a-bang": f"<!-- x --!><p>{PHRASE}</p>-->",
    "character-data": f"<![CDATA[ x ><p>{PHRASE}</p>]]>",
    "instruction": f"<?php echo 1 ><p>{PHRASE}</p>?>",
    "declaration": f"<!ELEMENT a><p>{PHRASE}</p>",
    "end-tag-of-nothing": f"</><p>{PHRASE}</p>",
    "end-tag-of-a-number": f"</1 ><p>{PHRASE}</p>",
    "script-in-script": f"<script><!-- <script> </script> --></script><p>{PHRASE}</p>",
    "style-with-a-comment": f"<style><!-- </style><p>{PHRASE}</p><!-- --></style>",
    "quote-in-a-quote": f"<p title=\"'>\" class='\">'>{PHRASE}</p>",
    "nul-in-a-tag": f"<p\0x>{PHRASE}</p>",
    "slashes-for-spaces": f"<p/class=a/>{PHRASE}</p>",
    "fostered": f"<table>{PHRASE}<tr><td>a</table>",
    "object-without-data": f"<object type=x/y>{PHRASE}</object>",
    "unclosed-button": f"<button><p>{PHRASE}",
    "second-body": f"</body></html><body><p>{PHRASE}</p>",
    "head-in-body": f"<head><title>x</title></head><p>{PHRASE}</p>",
    "form-in-form": f"<form><form><p>{PHRASE}</p></form></form>",
}
LONG = WORDS * 380  # beyond what the first look keeps of a page's text
CASES = (
    *(Case(f"h-{name}", {"*": page(markup)}, "read", "read", holds=PHRASE) for name, markup in SHOWN.items()),
    Case(
        "h-shadow-by-script",
        {
            "*": page(
                "<div id=d></div><script>document.getElementById('d').attachShadow({mode: 'closed'}).innerHTML"
                f" = '<p>{PHRASE}</p>'</script>"
            )
        },
        "read",
        "read",
        holds=PHRASE,
    ),
    Case(
        "h-behind-a-long-honest-front",
        {"*": page(f"{LONG}<p>{PHRASE}</p><form><input name=otp><input name=cvv></form>")},
        "read|login_wall",
        "read",
        holds=PHRASE,
    ),
)
