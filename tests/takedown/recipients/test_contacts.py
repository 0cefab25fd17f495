"""Who can act on a site: a platform alone for its customers' pages, the network too where it lends a name only."""

from datetime import UTC, datetime

import pytest

from takedown.recipients import load_recipients
from takedown.recipients.contacts import NetworkTraits, SiteTraits, contacts_for

NETWORK = NetworkTraits("203.0.113.7", "MAY-CHU", "VN", 64500, ("abuse@mang.example",), "rdap.example")


def roles(host: str, domain: str, platform: str) -> list[tuple[str, bool]]:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    site = SiteTraits(host, domain, at, registrar="Registrar A", platform=platform, networks=(NETWORK,))
    return [(entry.role, bool(entry.usable)) for entry in contacts_for(site, load_recipients())]


@pytest.mark.parametrize(
    ("host", "domain", "platform", "expected"),
    [
        ("a.webflow.io", "webflow.io", "webflow", [("platform", False)]),
        ("a.duckdns.org", "duckdns.org", "duckdns", [("platform", False), ("network", True)]),
        ("shop.example", "shop.example", "", [("network", True), ("registrar", False)]),
    ],
)
def test_who_is_told(host: str, domain: str, platform: str, expected: list[tuple[str, bool]]) -> None:
    assert roles(host, domain, platform) == expected
