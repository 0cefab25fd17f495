"""Name servers that say nothing are told apart from names whose own servers fail, and from names that are not there."""

import socket

import pytest

from crawler.egress.name_servers import SUSPECT_AFTER, NameServers, NameServersSilentError, check_name_servers
from crawler.egress.policy import EgressPolicy
from crawler.egress.resolver import NameNotFoundError, Resolver

SILENT = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
UNKNOWN = socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def answers(monkeypatch: pytest.MonkeyPatch, by_name: dict[str, socket.gaierror], other: socket.gaierror) -> None:
    def getaddrinfo(name: str, port: int, **_: object) -> list[object]:
        raise by_name.get(name, other)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def ask(policy: EgressPolicy, number: int) -> None:
    for n in range(number):
        with pytest.raises(NameNotFoundError):
            Resolver(policy).resolve_now(f"n{n}.example", 443)


def test_when_nobody_answers_about_anything_no_more_work_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, {}, SILENT)
    policy = EgressPolicy(name_servers=NameServers())
    ask(policy, SUSPECT_AFTER - 1)
    check_name_servers(policy.name_servers)
    ask(policy, SUSPECT_AFTER)
    with pytest.raises(NameServersSilentError, match=r"not even about rdap\.example; check the network"):
        check_name_servers(policy.name_servers, "https://rdap.example/dns.json")


def test_many_names_whose_own_servers_fail_are_the_names_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, {"data.iana.org": UNKNOWN}, SILENT)
    policy = EgressPolicy(name_servers=NameServers())
    ask(policy, 2 * SUSPECT_AFTER)
    check_name_servers(policy.name_servers)
    assert not policy.name_servers.suspect


def test_one_answer_in_between_clears_them_and_one_name_asked_often_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, {"n3.example": UNKNOWN}, SILENT)
    policy = EgressPolicy(name_servers=NameServers())
    ask(policy, SUSPECT_AFTER + 3)
    assert not policy.name_servers.suspect
    policy = EgressPolicy(name_servers=NameServers())
    for _ in range(9):
        ask(policy, 2)
    assert not policy.name_servers.suspect
