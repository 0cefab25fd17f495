"""Forms as a visitor meets them, and inputs that stand outside any form."""

from crawler.detection.facts import Form, FormField
from crawler.parsing.document import Document, Element

FORMS = 60
FIELDS = 120
_CONTROLS = frozenset({"input", "select", "textarea"})
_BUTTONS = frozenset({"submit", "button", "image", "reset"})


def parse_forms(document: Document) -> tuple[Form, ...]:
    """Forms in page order; loose inputs, if any, are gathered in a last one with an empty action."""
    labels = _labels_by_id(document)
    forms: list[Form] = []
    taken: set[int] = set()
    for element in document.named("form")[:FORMS]:
        inner = [
            child for child in document.within(element, 4_000) if child.tag in _CONTROLS and child.index not in taken
        ]
        taken.update(child.index for child in inner)
        forms.append(_form(document, element, inner, labels))
    loose = [child for child in document.elements if child.tag in _CONTROLS and child.index not in taken]
    gathered = Form("", "", _fields(document, loose, labels), _loose_text(document, loose), _hidden(loose))
    if gathered.fields:
        forms.append(gathered)
    return tuple(forms)


def _form(document: Document, element: Element, inner: list[Element], labels: dict[str, str]) -> Form:
    action = document.absolute(element.get("action")) if element.get("action") else document.url
    method = element.get("method").lower() or "get"
    return Form(
        action or document.url,
        method[:10],
        _fields(document, inner, labels),
        document.text_of(element, 2_000),
        _hidden(inner),
    )


def _fields(document: Document, inner: list[Element], labels: dict[str, str]) -> tuple[FormField, ...]:
    return tuple(_field(document, child, labels) for child in inner if not _unseen(child))[:FIELDS]


def _unseen(element: Element) -> bool:
    kind = element.get("type").lower()
    return element.tag == "input" and (kind == "hidden" or kind in _BUTTONS)


def _field(document: Document, element: Element, labels: dict[str, str]) -> FormField:
    kind = element.get("type").lower() if element.tag == "input" else element.tag
    name = element.get("name") or element.get("id")
    return FormField(
        name[:200],
        (kind or "text")[:40],
        _label(document, element, labels)[:200],
        element.get("autocomplete").lower()[:60],
    )


def _label(document: Document, element: Element, labels: dict[str, str]) -> str:
    label = labels.get(element.get("id"), "") if element.get("id") else ""
    if not label:
        wrapped = (outer for outer in document.ancestors(element, 4) if outer.tag == "label")
        label = next((document.text_of(outer, 200) for outer in wrapped), "")
    return label or element.get("placeholder") or element.get("aria-label") or element.get("title")


def _labels_by_id(document: Document) -> dict[str, str]:
    return {
        element.get("for"): document.text_of(element, 200) for element in document.named("label") if element.get("for")
    }


def _hidden(inner: list[Element]) -> tuple[tuple[str, str], ...]:
    hidden = (child for child in inner if child.tag == "input" and child.get("type").lower() == "hidden")
    return tuple((child.get("name")[:200], child.get("value")[:500]) for child in hidden)[:FIELDS]


def _loose_text(document: Document, loose: list[Element]) -> str:
    """Words around the loose inputs: their nearest common block, and every button of the page."""
    around = [document.text_of(outer, 300) for child in loose[:10] for outer in document.ancestors(child, 1)]
    buttons = [document.text_of(button, 100) for button in document.named("button")[:20]]
    values = [child.get("value") for child in loose if child.get("type").lower() in _BUTTONS][:20]
    return " ".join(dict.fromkeys(text for text in (*around, *buttons, *values) if text))[:2_000]
