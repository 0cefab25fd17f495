"""The one thing that stands before a page, an age question, a consent or «enter», and its bounded press.

Nothing is typed and nothing is sent off: what a press may bring about is script in a context that is thrown away and
GET requests; the page itself may move within its own origin alone. The press is a script's, which a browser gives no
rights to: no window, no full screen, no clipboard.
"""

import asyncio
import json
from typing import Final

from crawler.detection.gates import LABEL_CHARACTERS, is_gate_label
from crawler.rendering.deadline import Deadline
from crawler.rendering.page import FIND, GET, Page

GATE_CHARACTERS: Final = 1_500  # a page that shows more stands open
LOOK_SECONDS: Final = 2.0
PRESSED_SECONDS: Final = 0.3  # until a press has set something off

# A door is seen, lies uppermost, belongs to no form, and leads, where it is a link, to its own origin by a plain GET.
_DOORS = f"""{GET} {FIND}
  const all = selector => [...Document.prototype.querySelectorAll.call(document, selector)].slice(0, 300);
  const ours = a => !a || (!a.hasAttribute('download') && !a.hasAttribute('ping')
    && ['', '_self', '_top', '_parent'].includes(a.target)
    && (['javascript:', ''].includes(a.protocol) || a.origin === location.origin));
  const label = each => (each.innerText || each.value || each.ariaLabel || '').slice(0, {LABEL_CHARACTERS + 20}).trim();
  const seen = each => {{
    const box = each.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    return box.width > 0 && box.height > 0 && each.contains(document.elementFromPoint(x, y));
  }};
  const doors = () => all('button, a, [role=button], input[type=button], [onclick]').filter(
    each => !each.form && !each.closest('form') && ours(each.closest('a')) && label(each) && seen(each));
  const asks = () => all('input, textarea, select, [contenteditable]').some(
    each => !['hidden', 'checkbox', 'radio', 'button', 'submit'].includes(each.type) && each.offsetParent);
"""
_LOOK = f"(() => {{ {_DOORS} return {{labels: asks() ? [] : doors().map(label)}}; }})()"
# A policy that a document has once been given stays, whether its tag does or not: no form is sent, by whatever script.
_PRESS = """(() => { %(doors)s
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy'; policy.content = "form-action 'none'";
  const head = get('head');
  if (!head) return {pressed: false};
  head.append(policy); policy.remove();
  addEventListener('submit', event => event.preventDefault(), true);
  const door = asks() ? null : doors().find(each => label(each) === %(label)s);
  if (door) HTMLElement.prototype.click.call(door);
  return {pressed: Boolean(door)};
})()"""


async def find_gate(page: Page, deadline: Deadline) -> str:
    """The label of the gate that the page shows, "" where it shows none. Raises TimeoutError or BrowserError."""
    found = await page.evaluate(_LOOK, Deadline(deadline.within(LOOK_SECONDS)))
    return next((label for label in map(str, found.get("labels", ())) if is_gate_label(label)), "")


async def press_gate(page: Page, deadline: Deadline) -> str:
    """Press the gate, once; the label that was pressed, "" where there was none.

    Raises TimeoutError or BrowserError.
    """
    label = await find_gate(page, deadline)
    if not label:
        return ""
    await page.fence(deadline)
    script = _PRESS % {"doors": _DOORS, "label": json.dumps(label)}
    pressed = await page.evaluate(script, deadline)
    if not pressed.get("pressed"):
        return ""
    await asyncio.sleep(PRESSED_SECONDS)
    return label
