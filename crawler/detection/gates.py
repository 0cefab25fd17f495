"""The labels of a gate: «enter», «continue», «I am 18», «I accept». Whole labels, so that nothing which buys, sends,
signs or installs is ever among them."""

import re
from typing import Final

from crawler.detection.fold import Folded

LABEL_CHARACTERS: Final = 60
_LINES: Final = 80  # looked at on a page with little text
_LABEL = re.compile(
    r"(?:vang |co |toi )*(?:da |tren |du )+(?:18|21)(?: tuoi)?(?: tro len)?"
    r"|(?:toi )?(?:dong y|chap nhan|da hieu|hieu roi)(?: (?:va|tat ca|tiep tuc|vao|trang|cookies?|dieu khoan))*"
    r"|(?:bam |nhan |cham )?(?:de )?(?:tiep tuc|truy cap|vao|xem|mo|bat dau)"
    r"(?: (?:ngay|trang|web|website|chu|xem|noi dung|tiep|day|truy cap|vao))*"
    r"|vang|co|bo qua|ok"
    r"|(?:yes )?i am (?:over |at least )?(?:18|21)(?: years)?(?: old)?(?: or (?:over|older))?"
    r"|(?:i )?(?:agree|accept|understand)(?: (?:and|all|cookies?|continue|enter|terms))*"
    r"|(?:click (?:here )?to )?(?:enter|continue|proceed|view|start|open|skip)"
    r"(?: (?:to|the|site|website|page|here|now|content))*"
    r"|click here|yes"
)


def is_gate_label(label: str) -> bool:
    """Whether ``label`` is no more than what lets a visitor in."""
    words = Folded(label[: LABEL_CHARACTERS + 1]).plain.padded.strip()
    return len(label) <= LABEL_CHARACTERS and _LABEL.fullmatch(words) is not None


def has_gate(text: str) -> bool:
    """Whether a line of a page's text is the label of a gate."""
    return any(is_gate_label(line.strip()) for line in text.split("\n", _LINES)[:_LINES] if line.strip())
