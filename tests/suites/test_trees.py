"""The tree-construction tests of html5lib: our readers lose no text that the standard's tree shows."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.parsing.firstlook import first_look
from crawler.parsing.page import parse_page
from tests.suites.kept import TREES, suite

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "http://a.example/"
# Not shown, or shown only by a browser without scripts.
UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "noframes", "noembed", "title", "head", "iframe", "option"}
)
_WORD = re.compile(r"\w+")


def cases(file: Path) -> Iterator[tuple[str, str]]:
    """Markup and expected tree of each test of a whole document with scripts on."""
    for block in file.read_text("utf-8", "surrogateescape").split("#data\n")[1:]:
        markup, _, rest = block.partition("\n#errors\n")
        before, _, tree = rest.partition("#document\n")
        if "#document-fragment" not in before and "#script-off" not in before:
            yield markup, tree.split("\n\n#")[0]


def shown_letters(tree: str) -> Counter[str]:
    """The letters of the text nodes that stand under nothing unseen."""
    letters: Counter[str] = Counter()
    path: list[str] = []
    quoted: list[str] = []
    for line in tree.split("\n"):
        if quoted:
            quoted.append(line)
        elif line.startswith("| "):
            node = line[2:].lstrip(" ")
            del path[(len(line) - 2 - len(node)) // 2 :]
            if not node.startswith('"'):
                path.append(node.strip("<>").split(" ")[-1])
                continue
            quoted = [node[1:]]
        if quoted and quoted[-1].endswith('"'):
            if not UNSEEN & set(path):
                letters.update("".join(_WORD.findall("\n".join(quoted)[:-1])))
            quoted = []
    return letters


def test_no_shown_text_is_lost() -> None:
    tried, lost, lost_at_first = 0, [], []
    for file in sorted(suite(TREES).glob("*.dat")):
        for markup, tree in cases(file):
            if not (letters := shown_letters(tree)):
                continue
            html = markup.encode("utf-8", "surrogateescape")
            facts = parse_page(html, url=URL, observed_at=NOW, content_type="text/html; charset=utf-8")
            look = first_look(html, url=URL, content_type="text/html; charset=utf-8")
            tried += 1
            lost += [markup] if letters - Counter(facts.text) else []
            lost_at_first += [markup] if letters - Counter(look.text) else []
    assert tried > 500
    assert len(lost) <= ALLOWED, "\n".join(map(repr, lost))
    assert len(lost_at_first) <= ALLOWED, "\n".join(map(repr, lost_at_first))


ALLOWED = 1  # of each reader: letters that «plaintext» would show of the tags behind it
