"""Marks by which the same people are known again though no page names them: the shape of a name, one owner's names."""

import hashlib
import re
import unicodedata

from storage.models import DomainRecord

NAME, REGISTRANT = "name_shape", "registrant"
_SHORTEST = 8  # letters that a name must keep to be known again by


def name_shape(host: str) -> str:
    """What stays of a name when its ending, digits, hyphens and marks go: «shop-vn88.top» and «shopvn-89.site» are one.

    "" where too little stays to say anything. The ending is all behind the last dot: endings of two parts only make
    the shape longer.
    """
    labels = host.lower().rstrip(".").split(".")[:-1]
    words = unicodedata.normalize("NFKD", "".join(label for label in labels if label != "www"))
    shape = re.sub(r"[^a-z]", "", words.replace("đ", "d"))
    return shape[:100] if len(shape) >= _SHORTEST else ""


def registrant_mark(record: DomainRecord) -> str:
    """By which one owner's names are known again without keeping the owner's name; "" where no registry named one."""
    name = " ".join(str(record.facts.get("registrant") or "").casefold().split())
    return hashlib.sha256(name.encode()).hexdigest()[:32] if name else ""
