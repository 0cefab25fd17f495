"""What a document shows, its shadow roots in their places; the closed ones, which no script can see, among them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from crawler.rendering.deadline import Deadline
from crawler.rendering.page import FIND, GET, Page
from crawler.rendering.session import BrowserError, Json

MOST_NODES: Final = 20_000  # a page of more is not asked for its closed roots: the answer would name every node
MOST_ROOTS: Final = 50

_READ = r"""function (...closed) { %(get)s %(find)s
  const type = get('doctype'), root = get('documentElement'), body = get('body'), title = find('title');
  const all = scope => (scope === document ? Document : DocumentFragment).prototype.querySelectorAll.call(scope, '*');
  const quoted = id => '"' + id.replace(/"/g, '') + '"';
  let head = '';
  if (type) {
    const ids = type.publicId ? ' PUBLIC ' + quoted(type.publicId) : type.systemId ? ' SYSTEM' : '';
    head = '<!DOCTYPE ' + type.name + ids + (type.systemId ? ' ' + quoted(type.systemId) : '') + '>';
  }
  const roots = [];
  const take = root => { roots.push(root); gather(root); };
  const gather = scope => { for (const each of all(scope)) if (each.shadowRoot) take(each.shadowRoot); };
  if (root) gather(document);
  for (const each of closed) if (!roots.includes(each)) take(each);
  let inside = 0;  // what roots show is not among the body's words
  for (const each of roots) for (const child of each.children) inside += (child.innerText ?? '').trim().length;
  const tag = root ? root.cloneNode(false).outerHTML.replace(/<\/[^<>]*>$/, '') : '';
  const html = !root ? '' : head + (roots.length ? tag + root.getHTML({shadowRoots: roots}) : root.outerHTML);
  return {
    html: html.slice(0, %(limit)d), cut: html.length > %(limit)d, title: title ? title.textContent.slice(0, 1000) : '',
    text: root ? ((body || root).innerText ?? root.textContent).trim().length + inside : 0,
    pictures: get('images').length, size: innerWidth * innerHeight
  };
}"""


@dataclass(frozen=True, slots=True)
class Document:
    """``html``: at most as many characters as were asked for, else ``cut``. ``text``: characters that it shows.
    ``size``: of its window, in pixels."""

    html: str
    cut: bool
    title: str
    text: int
    pictures: int
    size: float


async def read_document(page: Page, deadline: Deadline, *, limit: int, frame: str = "", closed: list[int]) -> Document:
    """The document of a page, or of one of its frames. ``closed``: its closed roots, as ``closed_roots`` found them.

    Raises TimeoutError or BrowserError.
    """
    script = _READ % {"get": GET, "find": FIND, "limit": limit}
    answer = await page.evaluate_with(script, closed, deadline, frame)
    return Document(
        html=str(answer.get("html", "")),
        cut=bool(answer.get("cut")),
        title=str(answer.get("title", "")),
        text=int(answer.get("text", 0)),
        pictures=int(answer.get("pictures", 0)),
        size=float(answer.get("size", 0)),
    )


async def closed_roots(page: Page, deadline: Deadline) -> dict[str, list[int]]:
    """The nodes of closed shadow roots by the frame that they are in: those that the markup itself declares, since a
    script that makes one is given an open one. A browser that does not tell costs only these.

    Raises TimeoutError.
    """
    found: dict[str, list[int]] = defaultdict(list)
    if page.events.nodes > MOST_NODES:
        return found
    try:
        answer = await page.describe_document(deadline)
    except BrowserError:
        return found
    waiting: list[tuple[Json, str]] = [(answer, page.events.frame)]
    count = 0
    while waiting and count < MOST_ROOTS:
        node, frame = waiting.pop()
        frame = str(node.get("frameId") or frame)
        for root in node.get("shadowRoots", ()):
            if root.get("shadowRootType") == "user-agent":
                continue
            if root.get("shadowRootType") == "closed":
                found[frame].append(int(root["backendNodeId"]))
                count += 1
            waiting.append((root, frame))
        if "contentDocument" in node:
            waiting.append((node["contentDocument"], frame))
        waiting += ((child, frame) for child in node.get("children", ()))
    return found
