"""A sweep over the whole hostile web ends, loses nothing, reaches nothing inside, and calls nothing clean unread."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.case import load_cases
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer
from tests.hostile.sweeping import Swept, run_command, sweep
from tests.hostile.verdicts import swept_rows

pytestmark = [pytest.mark.timeout(600)]

CONTROLS = 20
FORBIDDEN = [chr(code) for code in (*range(0x09), *range(0x0B, 0x20), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F))]
CASES = [case for case in load_cases() if case.fetch]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with Scene() as scene:
        yield scene


@pytest.fixture(scope="module")
def swept(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    with HostileServer(load_cases(), scene) as server:
        folder = tmp_path_factory.mktemp("hostile")
        return sweep(CASES, scene, server, folder, CONTROLS, LACHAN_FETCH_SECONDS="6", LACHAN_CONCURRENT_SITES="24")


def test_there_are_enough_cases_of_every_family() -> None:
    assert len(load_cases()) >= 120
    assert len({case.family for case in load_cases()}) >= 12


def test_every_case_ends_as_declared(swept: Swept) -> None:
    assert [f"{row.name}: {'; '.join(row.faults)}" for row in swept_rows(CASES, swept) if row.faults] == []


def test_the_pages_between_are_whole(swept: Swept) -> None:
    controls = [line for host, line in swept.lines.items() if host.startswith("control-")]
    assert [line["outcome"] for line in controls] == ["read"] * CONTROLS
    assert {line["level"] for line in controls} == {"clean"}
    assert max(seconds for host, seconds in swept.seconds.items() if host.startswith("control-")) < 45


def test_no_canary_was_touched_and_every_refusal_was_logged_with_its_page(swept: Swept, scene: Scene) -> None:
    assert dict(scene.touches) == {}
    summary = json.loads(swept.out.splitlines()[-1])
    refused = [json.loads(line) for line in swept.log.splitlines() if '"egress refused"' in line]
    assert len(refused) >= 40
    assert all(line["page"].startswith("http") and line["reason"] for line in refused)
    assert summary["recorded"] == len(CASES) + CONTROLS
    assert summary["unrecorded"] == 0


def test_nothing_that_a_terminal_obeys_is_printed(swept: Swept) -> None:
    outputs = [swept.out, swept.log]
    for words in (("cases",), ("cases", "--json"), ("evidence", "verify")):
        code, out, err = run_command(swept, *words)
        assert code == 0, err
        outputs += [out, err]
    for text in outputs:
        assert not [character for character in FORBIDDEN if character in text]


def test_no_name_on_the_disk_came_from_a_page(swept: Swept) -> None:
    names = {path.name for path in Path(swept.folder, "var").rglob("*") if path.is_file()}
    assert all(name.isascii() and "canary" not in name and "passwd" not in name for name in names)
