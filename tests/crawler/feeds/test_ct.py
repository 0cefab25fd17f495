"""A certificate log is read entry by entry, goes on where it ended, and its faults are named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.egress.policy import EgressPolicy
from crawler.feeds.ct_entry import UnreadableEntryError, parse_leaf
from crawler.feeds.ct_feed import CtFeed
from crawler.feeds.ct_log import PATIENCE, CtLog, CtLogError, ThrottledError
from crawler.feeds.ct_position import PositionError, load_position, position_file
from tests.ct_server import LOGGED_AT, CtServer, make_certificate, make_leaf

LEAVES = [make_leaf(make_certificate(f"a{number}.example", f"*.b{number}.example")) for number in range(8)]


@pytest.fixture
def server() -> Iterator[CtServer]:
    with CtServer(LEAVES) as running:
        yield running


def log_of(server: CtServer, waits: list[float] | None = None) -> CtLog:
    policy = EgressPolicy.parse(egress_allow=server.address, egress_ports=server.address.split(":")[1])
    return CtLog(server.url, policy, (waits if waits is not None else []).append)


def read(server: CtServer, path: Path, most: int = 100, start: int | None = None) -> list[str]:
    return [entry.name for batch in CtFeed(log_of(server), path, most, start).batches() for entry in batch.names]


@pytest.mark.parametrize("precertificate", [False, True])
def test_both_kinds_of_entry_give_their_names(precertificate: bool) -> None:
    certificate = make_certificate("A.example", "*.b.example", poisoned=precertificate)
    entry = parse_leaf(make_leaf(certificate, precertificate=precertificate))
    assert entry.names == ("a.example", "*.b.example")
    assert entry.precertificate is precertificate
    assert entry.logged_at == LOGGED_AT


def test_without_alternative_names_the_common_name_counts() -> None:
    assert parse_leaf(make_leaf(make_certificate("old.example", alternative=False))).names == ("old.example",)


@given(st.one_of(st.binary(max_size=200), st.integers(0, len(LEAVES[0])).map(lambda cut: LEAVES[0][:cut])))
def test_any_bytes_are_a_leaf_or_unreadable(data: bytes) -> None:
    try:
        parse_leaf(data)
    except UnreadableEntryError:
        pass


@given(st.integers(14, 200), st.integers(0, 255))
def test_a_damaged_precertificate_is_read_or_unreadable(place: int, value: int) -> None:
    leaf = bytearray(make_leaf(make_certificate("a.example", poisoned=True), precertificate=True))
    leaf[place] = value
    try:
        parse_leaf(bytes(leaf))
    except UnreadableEntryError:
        pass


def test_a_log_is_read_whole_though_it_gives_a_few_entries_at_a_time(server: CtServer, tmp_path: Path) -> None:
    names = read(server, tmp_path / "p.json")
    assert names == [name for number in range(8) for name in (f"a{number}.example", f"*.b{number}.example")]
    assert sum(asked.startswith("get-entries") for asked in server.asked) == 3


def test_the_next_run_goes_on_where_the_last_one_ended(server: CtServer, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    assert read(server, path, most=3, start=0)[::2] == ["a0.example", "a1.example", "a2.example"]
    assert read(server, path, most=2)[::2] == ["a3.example", "a4.example"]
    server.leaves.append(make_leaf(make_certificate("new.example")))
    assert read(server, path)[-1] == "new.example"
    assert read(server, path) == []


def test_a_first_run_takes_the_newest(server: CtServer, tmp_path: Path) -> None:
    assert read(server, tmp_path / "p.json", most=2)[::2] == ["a6.example", "a7.example"]


def test_the_position_moves_only_past_what_was_dealt_with(server: CtServer, tmp_path: Path) -> None:
    path = position_file(tmp_path, server.url)
    batches = CtFeed(log_of(server), path, 100, 0).batches()
    next(batches)
    held = load_position(path, server.url)
    assert held is not None
    assert held.next == 0  # the batch is ours, but nobody has said that it is recorded
    next(batches)
    held = load_position(path, server.url)
    assert held is not None
    assert held.next == 3


def test_unreadable_entries_are_counted_and_passed_over(server: CtServer, tmp_path: Path) -> None:
    server.leaves[1] = b"\x00\x00 no leaf"
    batches = list(CtFeed(log_of(server), tmp_path / "p.json", 100).batches())
    assert sum(batch.unreadable for batch in batches) == 1
    assert len([entry for batch in batches for entry in batch.names]) == 14


def test_throttling_is_waited_for_as_the_log_asks(server: CtServer, tmp_path: Path) -> None:
    server.faults.extend([(429, "7"), (503, ""), (429, "99999")])
    waits: list[float] = []
    assert log_of(server, waits).head().size == 8
    assert waits == [7.0, 4.0, 60.0]


def test_endless_throttling_is_named_and_the_position_kept(server: CtServer, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    feed = CtFeed(log_of(server), path, 100, 0)
    batches = feed.batches()
    next(batches)
    server.faults.extend([(429, "1")] * PATIENCE)
    with pytest.raises(ThrottledError, match="throttles us"):
        next(batches)
    assert read(server, path)[0] == "a3.example"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({"claimed": 5}, "shrinks"),
        ({"root": "AAAA"}, "two different trees"),
    ],
)
def test_a_log_that_contradicts_itself_is_not_relied_on(
    server: CtServer, tmp_path: Path, spoil: dict[str, object], said: str
) -> None:
    read(server, tmp_path / "p.json")
    for name, value in spoil.items():
        setattr(server, name, value)
    with pytest.raises(PositionError, match=said):
        read(server, tmp_path / "p.json")


def test_a_log_without_the_entries_of_its_tree_is_named(server: CtServer, tmp_path: Path) -> None:
    server.claimed = 20
    with pytest.raises(CtLogError, match="gives no entries from 8"):
        read(server, tmp_path / "p.json", start=0)


@pytest.mark.parametrize("state", [404, 500, 301])
def test_what_is_no_log_is_named(server: CtServer, state: int) -> None:
    server.faults.append((state, ""))
    with pytest.raises(CtLogError, match=f"HTTP {state}"):
        log_of(server).head()


def test_an_address_that_is_none_and_a_spoilt_position_are_named(tmp_path: Path, server: CtServer) -> None:
    with pytest.raises(CtLogError, match="no address"):
        CtLog("ftp://x", EgressPolicy.parse())
    (tmp_path / "p.json").write_text("{", encoding="utf-8")
    with pytest.raises(PositionError, match="remove it"):
        read(server, tmp_path / "p.json")
