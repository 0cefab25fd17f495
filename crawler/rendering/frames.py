"""The documents of a page's frames, where they are what a visitor sees: most of the window, or all there is to read."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from crawler.rendering.deadline import Deadline
from crawler.rendering.documents import read_document
from crawler.rendering.page import GET, Page
from crawler.rendering.session import BrowserError, Json

LOOKED_AT: Final = 24  # frames of one page
TAKEN: Final = 8
LITTLE_TEXT: Final = 400  # characters beside which any frame is read
_SHARE: Final = 0.4  # of the window: a smaller frame is an advertisement or a widget


@dataclass(frozen=True, slots=True)
class FrameDocument:
    """``text``: characters that it shows; ``shown``: these and its pictures. One for which there was no room
    ends in the middle, and its page is longer than a document may be: it is cut short."""

    url: str
    html: str
    text: int
    shown: int

    @property
    def section(self) -> str:
        """As a part of the page that holds it."""
        return f'<section data-frame="{escape(self.url[:2_000])}">{self.html}</section>'


_MEASURE = """function () { %s
  const root = get('documentElement');
  if (!root) return {size: 0};
  const getter = (kind, name) => Object.getOwnPropertyDescriptor(kind.prototype, name).get;
  const shadow = getter(Element, 'shadowRoot'), inner = getter(ShadowRoot, 'innerHTML'), waiting = [root];
  let size = root.outerHTML.length;  // shadow roots are no part of it
  while (waiting.length) {
    const walker = Document.prototype.createTreeWalker.call(document, waiting.pop(), NodeFilter.SHOW_ELEMENT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      const own = node instanceof Element ? shadow.call(node) : null;
      if (own) { size += inner.call(own).length; waiting.push(own); }
    }
  }
  return {size, styles: styles(%d)};
}"""
# A script adds rules without any markup, and a snapshot spells them out. Sheets of other origins take none.
_STYLES = """const styles = limit => {
  const rules = Object.getOwnPropertyDescriptor(CSSStyleSheet.prototype, 'cssRules').get;
  const text = Object.getOwnPropertyDescriptor(CSSRule.prototype, 'cssText').get;
  const inner = Object.getOwnPropertyDescriptor(CSSImportRule.prototype, 'styleSheet').get;
  const waiting = [...get('styleSheets')];
  let size = 0;
  while (waiting.length && size < limit) {
    let each = [];
    try { each = rules.call(waiting.pop()); } catch (e) {}
    for (let n = 0; n < each.length && size < limit; n++) {
      size += text.call(each[n]).length;
      const own = each[n] instanceof CSSImportRule ? inner.call(each[n]) : null;
      if (own) waiting.push(own);
    }
  }
  return size;
};"""


@dataclass(frozen=True, slots=True)
class Weight:
    """Characters of ``markup``, of ``styles`` as they are now, and bytes of ``resources``: pictures and the like, also
    those that a script has made."""

    markup: int
    styles: int
    resources: int


async def weigh_page(page: Page, deadline: Deadline) -> Weight:
    """What the page and its frames hold, shadow roots among it.

    What the browser hands over whole is asked for only after this: a script makes an attribute of a gigabyte in a
    moment, and each control character in it weighs six times as much on its way to us.

    Raises TimeoutError or BrowserError.
    """
    answer = await page.session.call("Page.getResourceTree", deadline.within(page.bounds.step_seconds))
    script = _MEASURE % (GET + _STYLES, page.bounds.mhtml_bytes)
    found = [await page.evaluate_with(script, (), deadline)]
    inner = _below(answer["frameTree"])  # no more than a page may have
    for tree in inner:
        with contextlib.suppress(BrowserError):  # as in read_frames
            found.append(await page.evaluate_with(script, (), deadline, str(tree["frame"]["id"])))
    return Weight(
        markup=sum(int(each.get("size", 0)) for each in found),
        styles=sum(int(each.get("styles", 0)) for each in found),
        resources=sum(
            int(each.get("contentSize") or 0)
            for tree in (answer["frameTree"], *inner)
            for each in tree.get("resources", ())
            if each.get("type") != "Script"  # a snapshot has none
        ),
    )


async def read_frames(
    page: Page, deadline: Deadline, *, text: int, limit: int, closed: Mapping[str, list[int]]
) -> list[FrameDocument]:
    """Those that matter on a page that shows ``text`` characters itself, of at most ``limit`` characters together.
    ``closed``: the closed shadow roots of each frame.

    Raises TimeoutError or BrowserError.
    """
    answer = await page.session.call("Page.getFrameTree", deadline.within(page.bounds.step_seconds))
    window = page.vantage.width * page.vantage.height
    found: list[FrameDocument] = []
    for frame in (tree["frame"] for tree in _below(answer["frameTree"])):
        if len(found) >= TAKEN or limit <= 0:
            break
        name = str(frame["id"])
        try:
            inner = await read_document(page, deadline, limit=limit, frame=name, closed=closed.get(name, []))
        except BrowserError:
            continue  # it went away meanwhile, or is a document without a world, as a PDF's
        shown = inner.text + inner.pictures
        if shown and (text < LITTLE_TEXT or inner.size >= _SHARE * window):
            found.append(FrameDocument(str(frame.get("url", "")), inner.html, inner.text, shown))
            limit -= len(inner.html)
    return found


def with_frames(html: str, frames: list[FrameDocument]) -> str:
    """The page's document with those of its frames behind it; before it where it has no body to hold them."""
    sections = "".join(frame.section for frame in frames)
    return f"{sections}{html}" if "<frameset" in html[:100_000].lower() else f"{html}{sections}"


def _below(tree: Json) -> list[Json]:
    """The trees of the frames within a frame, from the outside in, no deeper than anybody looks."""
    found: list[Json] = []
    level = list(tree.get("childFrames", ()))
    while level and len(found) < LOOKED_AT:
        found += level
        level = [inner for each in level for inner in each.get("childFrames", ())]
    return found
