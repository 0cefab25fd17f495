"""Every sentence that a check of evidence can say has its Vietnamese: the sentences are read from the code that says
them, so that a new one without it fails here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.evidence.faults import Fault
from crawler.evidence.manifest import MANIFEST
from crawler.evidence.verify import AUDIT_LOG
from takedown.cli.fault_words import FINDINGS, KINDS, PLACES, fault_words

ROOT = Path(__file__).parents[3]
CHECKS = ("assessment_checks", "bundle_check", "file_checks", "verify", "token_check", "manifest")
SAYING = (
    *(f"crawler/evidence/{name}.py" for name in CHECKS),
    "takedown/cli/evidence.py",
    "storage/witness.py",
)
FOUND_BY_NAME = {"found", "expected", "what"}
RAISED = {"EvidenceError", "TimestampError", "ValueError"}
BLANK = "7"  # stands for what is filled in
CONSTANTS = {"AUDIT_LOG": AUDIT_LOG, "MANIFEST": MANIFEST}


def texts(node: ast.expr) -> Iterator[str]:
    """What an expression may say, blanks filled."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(map(filled, node.values))
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from texts(each)


def filled(part: ast.expr) -> str:
    """A piece of a sentence: words as they are, a constant's value, and a blank for what is known only later."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    told = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(told, ast.Attribute) and told.attr == "subject":
        return f"case {BLANK}"
    return CONSTANTS.get(getattr(told, "id", ""), BLANK)


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def tree(path: str) -> Iterator[ast.AST]:
    return ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))


def faults() -> Iterator[list[ast.expr]]:
    """The four arguments of each fault that is made."""
    for path in SAYING:
        for node in tree(path):
            if isinstance(node, ast.Call) and name_of(node) == "Fault":
                yield node.args


def findings() -> Iterator[str]:
    """What is said to be expected or found: in faults, in what fills them, and in errors that become one."""
    for _, _, expected, found in faults():
        yield from texts(expected)
        yield from texts(found)
    for path in SAYING:
        for node in tree(path):
            if isinstance(node, ast.Assign) and {getattr(each, "id", "") for each in node.targets} & FOUND_BY_NAME:
                yield from texts(node.value)
            elif isinstance(node, ast.Dict) and path.startswith("takedown"):
                for pair in (each for each in node.values if isinstance(each, ast.Tuple)):
                    for element in pair.elts:
                        yield from texts(element)
            elif isinstance(node, ast.Call) and name_of(node) in RAISED | {"_disagrees"}:
                yield from (text for argument in node.args for text in texts(argument))
            elif isinstance(node, ast.Yield) and path == "storage/witness.py" and isinstance(node.value, ast.JoinedStr):
                yield from texts(node.value)
    for node in tree("storage/audit.py"):
        if isinstance(node, ast.FunctionDef) and node.name == "_faults":
            for each in ast.walk(node):
                if isinstance(each, ast.Yield) and each.value is not None:
                    yield from (f"entry {BLANK} {text}" for text in texts(each.value))


def is_value(text: str) -> bool:
    """Whether a text is nothing but what was filled in, or the name of a file."""
    return not any(letter.isalpha() for letter in text) or text.startswith(("manifest.", "visit.json"))


def is_fault_of_a_setting(text: str) -> bool:
    return "LACHAN_TIMESTAMP_CA" in text


SAID = sorted({text for text in findings() if not is_value(text) and not is_fault_of_a_setting(text)} - {"entry 7 7"})


@pytest.mark.parametrize("text", SAID)
def test_what_was_expected_and_found_is_told_in_vietnamese(text: str) -> None:
    assert FINDINGS.told(text) is not None


def test_the_sentences_are_found_in_the_code() -> None:
    assert len(SAID) > 60
    assert {"an unbroken chain", "entry 7 does not seal the entry before it", "a row without one"} <= set(SAID)


def test_every_kind_and_every_place_has_its_words() -> None:
    kinds, places = set[str](), set[str]()
    for kind, place, _, _ in faults():
        kinds |= set(texts(kind))
        places |= {text for text in texts(place) if not is_value(text)}
    assert kinds == set(KINDS)
    assert all(PLACES.told(place) for place in places)


def test_values_stay_as_they_are() -> None:
    digest = "ab" * 32
    fault = Fault("altered", "manifest.sha256", f"{digest} as in audit entry 12", "{0} no such file\n")
    assert fault_words(fault, "vi") == (
        f"manifest.sha256: bị sửa. Lẽ ra: {digest} như ở mục nhật ký 12; thực tế: {{0}} no such file\n."
    )
    assert fault_words(fault, "en") == str(fault)
