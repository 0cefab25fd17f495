"""The web platform's tests of host names: we read a host as browsers do, or not at all, and never as another one."""

import re

import pytest

from crawler.egress.hostname import parse_host
from crawler.errors import EgressRefusedError
from tests.suites.kept import entries

_HOST = re.compile(r"https?:[/\\]{2}(?:[^/?#\\@]*@)?(\[[^\]]*\]|[^/?#\\:]+)", re.IGNORECASE)


def ours(host: str) -> str | None:
    try:
        return str(parse_host(host))
    except EgressRefusedError:
        return None


# Share of the hosts that a browser reads which we read too; the rest is refused (empty and over-long labels, and
# tabs inside a name), which costs a page and lets nothing through.
@pytest.mark.parametrize(("name", "agreement"), [("IdnaTestV2.json", 0.88), ("toascii.json", 0.65)])
def test_names(name: str, agreement: float) -> None:
    readable = [(each["input"], each["output"].removesuffix(".")) for each in entries(name) if each["output"]]
    read = [(ours(given), expected) for given, expected in readable]
    assert [pair for pair in read if pair[0] not in (None, pair[1])] == []
    assert sum(mine is not None for mine, _ in read) >= agreement * len(read)


def test_hosts_of_addresses() -> None:
    read = []
    for each in entries("urltestdata.json"):
        found = _HOST.match(each["input"])
        if found and each.get("hostname") and each.get("protocol") in {"http:", "https:"}:
            read.append((ours(found[1]), each["hostname"].strip("[]").removesuffix(".")))
    assert len(read) > 100
    assert [pair for pair in read if pair[0] not in (None, pair[1])] == []
    assert sum(mine is not None for mine, _ in read) >= 0.92 * len(read)
