"""Saved answers in, expected records out, through the real path and servers on loopback."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.enrichment import domain_facts_from_json, domain_facts_to_json
from tests.crawler.enrichment.asking import QUICK, ask
from tests.crawler.enrichment.registry_servers import Reply

ANSWERS = Path(__file__).with_name("answers")
CASES = sorted(path.name for path in ANSWERS.iterdir())
TEXTS = ("domain", "registrar", "registrar_id", "registrant")
TIMES = ("registered_at", "updated_at", "expires_at")
LISTS = ("statuses", "nameservers", "abuse_emails")


def saved(case: str, name: str) -> bytes:
    path = ANSWERS / case / name
    return path.read_bytes() if path.exists() else b""


async def enriched(case: str, expected: dict[str, Any]) -> Any:
    def rdap(path: str) -> Reply:
        if path.startswith("/registrar/"):
            return Reply(saved(case, "registrar.json"))
        assert path == f"/domain/{expected['domain']}"
        body = saved(case, "rdap.json")
        return Reply(body) if body else Reply(b"{}", status=500)

    with_rdap = expected["rdap"] != "no_public_service" or case == "vn_never_asked"
    whois = saved(case, "whois.txt")
    return await ask(
        expected["host"],
        rdap=rdap if with_rdap else None,
        whois=(lambda _: Reply(whois)) if whois else None,
        referred=lambda _: Reply(saved(case, "whois_registrar.txt")),
        bounds=replace(QUICK, lookup_seconds=30.0),
    )


def test_there_are_answers_of_thirty_registries_and_registrars() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES)
def test_a_saved_answer_gives_the_expected_record(case: str) -> None:
    expected = json.loads(saved(case, "expected.json"))
    found, asked, questions = asyncio.run(enriched(case, expected))
    facts = found.facts
    assert {service: str(facts.state(service)) for service in ("rdap", "whois")} == {
        service: expected[service] for service in ("rdap", "whois")
    }
    lookup = next(entry for entry in facts.lookups if entry.service == ("whois" if "whois" in found.raw else "rdap"))
    assert lookup.reason.replace(lookup.source or "?", "{server}") == expected["reason"]
    assert {name: getattr(facts, name) for name in TEXTS} == {name: expected[name] for name in TEXTS}
    for name in TIMES:
        assert getattr(facts, name) == (datetime.fromisoformat(expected[name]) if expected[name] else None), name
    assert {name: list(getattr(facts, name)) for name in LISTS} == {name: expected[name] for name in LISTS}
    assert sorted(set(found.raw) - {"dns", "tls"}) == expected["raw"]
    if not expected["raw"]:
        assert (asked, questions) == ([], [])
    assert domain_facts_from_json(json.loads(json.dumps(domain_facts_to_json(facts)))) == facts
