"""Runs one look-up against the loopback servers, with nothing else to reach."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.config import Config
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import Enrichment, lookup_domain
from tests.crawler.enrichment.registry_servers import Registry, Reply, rdap_server, whois_server

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
QUICK = replace(DEFAULT_BOUNDS, lookup_seconds=12.0, lookup_bytes=200_000)
REGISTRAR_HOST = "whois.registrar-a.example"


def offline_policy(host: str, *allowed: Registry, referred: Registry | None = None) -> EgressPolicy:
    """Only the given servers may be dialled; the host itself leads to a refused address."""
    names = [f"{host}=127.0.0.1:9", "whois.iana.org:43=127.0.0.1:9"]
    if referred:
        names.append(f"{REGISTRAR_HOST}:43={referred.address}")
    allow = [server.address for server in (*allowed, *((referred,) if referred else ()))]
    return EgressPolicy.parse(",".join(allow), ",".join(names))


async def ask(
    host: str,
    *,
    rdap: Callable[[str], Reply] | None = None,
    whois: Callable[[str], Reply] | None = None,
    referred: Callable[[str], Reply] | None = None,
    bounds: Bounds = QUICK,
) -> tuple[Enrichment, list[str], list[str]]:
    """The enrichment of ``host``, what RDAP was asked, what WHOIS was asked. A missing server is not configured."""
    silent = lambda _: Reply()  # noqa: E731
    async with (
        rdap_server(rdap or silent) as rdap_port,
        whois_server(whois or silent) as whois_port,
        whois_server(referred or silent) as registrar,
    ):
        config = Config(
            data_dir=Path("/nowhere"),
            rdap_base=f"http://{rdap_port.address}" if rdap else "",
            rdap_bootstrap="http://127.0.0.1:9/dns.json",
            whois_server=whois_port.address if whois else "",
        )
        policy = offline_policy(host, rdap_port, whois_port, referred=registrar)
        found = await lookup_domain(host, config=config, policy=policy, now=NOW, bounds=bounds)
        return found, rdap_port.asked, whois_port.asked
