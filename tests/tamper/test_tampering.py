"""A short form of `make tamper`: what harms evidence is found, whoever corrected which digest; what is whole is not."""

import shutil
from pathlib import Path

import pytest

from tests.tamper.archive import Archive, build
from tests.tamper.bundles import judged
from tests.tamper.running import run

NUMBER = 60


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    for program in ("openssl", "sha256sum"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    return build(tmp_path_factory.mktemp("tamper") / "archive")


def test_whole_evidence_is_called_whole(archive: Archive) -> None:
    assert archive.faults() == []
    assert judged(archive) == ""


def test_every_mutation_is_found(archive: Archive, tmp_path: Path) -> None:
    found = run(archive, tmp_path, NUMBER, 7)
    assert found.missed == []
    assert sum(found.by.values()) == NUMBER


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_tail_cut_after_the_last_seal_is_found_by_the_witness_alone(
    archive: Archive, tmp_path: Path, number: int
) -> None:
    harmed = archive.copy(tmp_path / "harmed")
    with harmed.database() as database:
        database.execute(f"DELETE FROM audit_entry WHERE sequence > (SELECT max(sequence) FROM audit_entry) - {number}")
    faults = harmed.faults()
    assert {fault.expected for fault in faults} == {"every head that its witness noted"}
    assert len(faults) == number
    (harmed.folder / "heads.log").unlink()
    assert harmed.faults() == []  # which is why the witness belongs on another disk
