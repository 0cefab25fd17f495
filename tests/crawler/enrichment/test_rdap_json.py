"""An RDAP answer is hostile text until it is read: it costs little, and it says only what its registry said."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.enrichment.answer import MalformedAnswerError, epp_status, plain
from crawler.enrichment.rdap_json import parse_rdap

NAME = "shop.example"


def body(**members: object) -> bytes:
    return json.dumps({"objectClassName": "domain", "ldhName": NAME, **members}).encode()


def entity(*roles: str, email: str = "", inner: tuple[Any, ...] = (), name: str = "X") -> dict[str, Any]:
    card: list[Any] = [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]
    if email:
        card.append(["email", {}, "text", email])
    return {"objectClassName": "entity", "roles": list(roles), "vcardArray": ["vcard", card], "entities": list(inner)}


NAMES = (
    "objectClassName ldhName entities roles vcardArray events eventAction eventDate status nameservers links rel href"
    " publicIds type identifier redacted name handle domain shop.example abuse registrar vcard email text"
)
WORDS = st.sampled_from(NAMES.split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(WORDS, VALUES, max_size=10))
def test_any_json_is_read_or_refused(members: dict[str, Any]) -> None:
    try:
        found, url = parse_rdap(body(**{**members, "objectClassName": "domain", "ldhName": NAME}), NAME)
    except MalformedAnswerError:
        return
    assert url == "" or url.startswith("http")
    assert all("@" in email for email in found.abuse_emails)
    assert all(moment is None or moment.tzinfo for moment in (found.registered_at, found.updated_at, found.expires_at))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(MalformedAnswerError):
        parse_rdap(data, NAME)


def test_an_abuse_address_is_taken_from_its_role_only() -> None:
    answer = body(
        entities=[
            entity("registrar", email="sales@registrar.example", inner=(entity("abuse", email="abuse@reg.example"),)),
            entity("registrant", email="me@shop.example", inner=(entity("abuse", email="fake@shop.example"),)),
            entity("technical", email="tech@shop.example", inner=(entity("abuse", email="fake2@shop.example"),)),
            entity("registrant", "abuse", email="fake3@shop.example"),
            entity("registrar", name="abuse: fake4@shop.example"),
        ],
        remarks=[{"title": "abuse", "description": ["abuse e-mail: fake5@shop.example"]}],
    )
    found, _ = parse_rdap(answer, NAME)
    assert found.abuse_emails == ("abuse@reg.example",)


@pytest.mark.parametrize(
    "email", ["a@b", "a b@c.example", "a@c.example,b@c.example", "a@c.example\nBcc: x@y.example", "<a@c.example>", "@"]
)
def test_what_is_no_single_address_is_no_recipient(email: str) -> None:
    found, _ = parse_rdap(body(entities=[entity("abuse", email=email)]), NAME)
    assert found.abuse_emails == ()


@pytest.mark.parametrize(
    "members",
    [
        {"entities": [{"roles": [f"r{n}" for n in range(60)], "handle": str(k)} for k in range(1_500)]},
        {"entities": [entity(*["abuse"] * 500)] * 200},
        {"status": ["x" * 900] * 1_000},
        {"events": [{"eventAction": "registration", "eventDate": "9" * 1_000}] * 900},
        {"entities": [entity("registrar", inner=(entity("abuse"),) * 80)] * 100},
    ],
)
def test_a_bomb_is_cut_before_it_is_parsed(members: dict[str, Any]) -> None:
    data = body(**members)
    assert 500_000 < len(data) < 1_300_000  # about the most that is read of an answer
    parse_rdap(body(), NAME)  # the library's import is not measured
    started = time.process_time()
    parse_rdap(data, NAME)
    assert time.process_time() - started < 5.0


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("client hold", "clientHold"),
        ("clientHold https://icann.org/epp#clientHold", "clientHold"),
        ("clientHold (https://icann.org/epp#clientHold)", "clientHold"),
        ("active", "ok"),
        ("pending delete", "pendingDelete"),
        ("REGISTERED, DELEGATED", "REGISTERED"),
        ("", ""),
    ],
)
def test_a_status_has_one_spelling(said: str, status: str) -> None:
    assert epp_status(said) == status


def test_a_broken_date_costs_only_itself() -> None:
    events = [
        {"eventAction": "registration", "eventDate": "soon"},
        {"eventAction": 5, "eventDate": "2020-01-01"},
        {"eventAction": "expiration", "eventDate": "2027-01-01T00:00:00Z"},
        {"eventAction": "last changed", "eventDate": "0001-01-01T00:00:00Z"},
    ]
    found, _ = parse_rdap(body(events=events), NAME)
    assert (found.registered_at, found.updated_at) == (None, None)
    assert found.expires_at is not None
    assert found.expires_at.year == 2027


@given(st.text(max_size=400))
def test_plain_text_is_one_inert_line(text: str) -> None:
    line = plain(text)
    assert len(line) <= 300
    assert line == line.strip()
    assert not any(ord(c) < 32 or c in "\u202e\u200b\u2028\x7f" for c in line)
    line.encode()
