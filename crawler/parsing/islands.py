"""Islands in markup that tree builders read otherwise than a browser with scripts: noscript, SVG, MathML, templates.

There a tag or comment that nothing closes would swallow what stands behind the island, which a browser shows. Each is
brought into a form that every builder reads alike; all patterns are possessive, so that each character is read once.
"""

import re
from collections import Counter

_INSIDE = r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?+)*+>?"
_MARK = re.compile(r"<(noscript|svg|math|template)", re.IGNORECASE)
_DRAWINGS = frozenset({"svg", "math"})
_CONTENT = r"((?:[^<]++|<(?!/\2))*+)"
_ISLAND = re.compile(rf"(<(noscript|svg|math|template)(?=[\s/>]){_INSIDE}){_CONTENT}", re.IGNORECASE)
_SHADOW = "shadowrootmode"
_TEMPLATE = re.compile(rf"<template(?=[\s/>]){_INSIDE}", re.IGNORECASE)
# Scripts and styles first: what looks like character data in them is none.
_CDATA = re.compile(
    rf"<(script|style)\b{_INSIDE}(?:[^<]++|<(?!/\1))*+|<!\[CDATA\[((?:[^\]]++|\](?!\]>))*+)(?:\]\]>)?", re.IGNORECASE
)
_CDATA_OPENS = re.compile(r"<!\[CDATA\[", re.IGNORECASE)
# What they hold is no markup.
_RAW_TEXT = "title style script textarea xmp iframe noembed noframes plaintext select template"
_RAW = frozenset(_RAW_TEXT.split())
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,60})(?=[\s/>])")
_RAW_OPENS = re.compile(rf"<(?:{'|'.join(sorted(_RAW))})(?=[\s/>])", re.IGNORECASE)
_EMPTY_TEXT = "area base br col embed hr img input link meta param source track wbr"
_EMPTY = frozenset(_EMPTY_TEXT.split())


def seal_islands(markup: str) -> str:
    """``markup`` in which no island reaches beyond its end, and shadow roots, which are shown, are no templates."""
    kinds = {kind.lower() for kind in _MARK.findall(markup)}
    if not kinds:
        return markup
    if "template" in kinds:
        markup = _TEMPLATE.sub(_lit, markup)
    if kinds & _DRAWINGS and _CDATA_OPENS.search(markup):
        markup = _CDATA.sub(_as_text, markup)
    return _ISLAND.sub(_sealed, markup)


def _lit(found: re.Match[str]) -> str:
    """A template that a browser makes a shadow root is shown; to the tree builders it would be none of the page."""
    return f"<div{found[0][9:]}" if _SHADOW in found[0].lower() else found[0]


def _as_text(found: re.Match[str]) -> str:
    return found[0] if found[1] else found[2].replace("<", "&lt;")


def _sealed(found: re.Match[str]) -> str:
    kind, content = found[2].lower(), found[3]
    if kind == "noscript" and content.count("<!--") > content.count("-->"):
        content = content.replace("<!--", "&lt;!--")
    if kind != "template" and not _RAW_OPENS.search(content):
        return found[1] + content  # nothing is opened that could reach beyond
    left: Counter[str] = Counter()
    for closing, name in _TAG.findall(content):
        left[name.lower()] += -1 if closing else 1
    unclosed = {name for name, count in left.items() if count > 0 and (kind == "template" or name in _RAW)} - _EMPTY
    if not unclosed:
        return found[1] + content
    return found[1] + _TAG.sub(lambda tag: f"<{tag[1]}span" if tag[2].lower() in unclosed else tag[0], content)
