"""Reads the operator's own MaxMind-format files, where there are some: network numbers and countries of addresses."""

import logging
from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.detection.facts import Network
from crawler.enrichment.answer import plain
from crawler.errors import SettingsError

if TYPE_CHECKING:
    from maxminddb.reader import Reader

logger = logging.getLogger(__name__)


def complete_network(network: Network, files: tuple[Path, ...]) -> Network:
    """The network with its number, operator and country filled in from the files, where it has none of its own."""
    for path in files:
        found = _record(path, network.address)
        number = found.get("autonomous_system_number")
        country = found.get("country")
        iso = country.get("iso_code") if isinstance(country, dict) else ""
        network = replace(
            network,
            asn=network.asn or (number if isinstance(number, int) else None),
            as_name=network.as_name or plain(found.get("autonomous_system_organization")),
            country=network.country or plain(iso)[:2],
        )
    return network


def maxmind_files(setting: str) -> tuple[Path, ...]:
    """The files that the setting names. Raises SettingsError for one that cannot be read as such."""
    paths = tuple(Path(name.strip()) for name in setting.split(",") if name.strip())
    for path in paths:
        _reader(path)
    return paths


def _record(path: Path, address: str) -> dict[str, object]:
    import maxminddb

    try:
        found = _reader(path).get(ip_address(address))
    except (ValueError, maxminddb.InvalidDatabaseError) as error:
        logger.warning("%s says nothing about %s: %s", path, address, error)
        return {}
    return dict(found) if isinstance(found, dict) else {}


@lru_cache(maxsize=4)
def _reader(path: Path) -> "Reader":
    import maxminddb

    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise SettingsError(
            f"maxmind_files: {path} cannot be read ({error}); give a .mmdb file",
            f"maxmind_files: không đọc được {path} ({error}); đưa một tệp .mmdb",
        ) from error
