"""Evidence bytes: written once, durable, verified, in a folder and in S3."""

import errno
import hashlib
import os
import socket
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import storage.folder
from storage.artifacts import MAX_ARTIFACT_BYTES, ArtifactStore
from storage.errors import (
    ArtifactCorruptError,
    ArtifactMissingError,
    ArtifactStoreUnavailableError,
    ArtifactTooLargeError,
)

ABSENT = "0" * 64
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="evidence")
    client.close()
    yield endpoint
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ArtifactStore:
    if request.param == "folder":
        return ArtifactStore.open(f"file://{tmp_path}/evidence")
    endpoint = request.getfixturevalue("s3_endpoint")
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return ArtifactStore.open(f"s3://evidence/{tmp_path.name}", endpoint)


def place(root: Path, digest: str) -> Path:
    return root / "evidence" / digest[:2] / digest[2:4] / digest


def test_bytes_come_back_under_their_digest(store: ArtifactStore) -> None:
    data = os.urandom(100_000)
    digest = store.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert store.get(digest) == data
    assert (store.has(digest), store.size(digest)) == (True, len(data))
    assert store.put(data) == digest


def test_nothing_is_a_fine_artifact(store: ArtifactStore) -> None:
    assert store.get(store.put(b"")) == b""


def test_all_digests_are_listed(store: ArtifactStore) -> None:
    digests = {store.put(str(number).encode()) for number in range(20)}
    assert set(store.digests()) == digests
    store.probe()
    assert set(store.digests()) == digests
    assert list(store.strangers()) == []


def test_what_is_absent_is_named(store: ArtifactStore) -> None:
    assert not store.has(ABSENT)
    for ask in (store.get, store.size):
        with pytest.raises(ArtifactMissingError, match=ABSENT):
            ask(ABSENT)


@pytest.mark.parametrize(
    "digest",
    ["", "../../etc/passwd", "0" * 63, "0" * 65, "A" * 64, f"{'0' * 63}\n", "é" * 64, f"..{'0' * 62}", "٣" * 64],
)
def test_only_digests_are_names(store: ArtifactStore, digest: str) -> None:
    for ask in (store.get, store.size, store.has):
        with pytest.raises(ValueError, match="not a SHA-256 digest"):
            ask(digest)


def test_size_is_bounded(store: ArtifactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_ARTIFACT_BYTES >= 100_000_000
    digest = store.put(b"x" * 11)
    monkeypatch.setattr("storage.artifacts.MAX_ARTIFACT_BYTES", 10)
    with pytest.raises(ArtifactTooLargeError, match="11 bytes"):
        store.put(b"x" * 11)
    store.put(b"x" * 10)
    assert store.get(digest)  # one byte over still tells a swollen file from a whole one
    monkeypatch.setattr("storage.artifacts.MAX_ARTIFACT_BYTES", 5)
    with pytest.raises(ArtifactCorruptError):
        store.get(digest)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000))
def test_any_bytes_survive(artifact_store: ArtifactStore, data: bytes) -> None:
    assert artifact_store.get(artifact_store.put(data)) == data


def test_every_altered_byte_is_found(artifact_store: ArtifactStore, tmp_path: Path) -> None:
    data = os.urandom(64)
    digest = artifact_store.put(data)
    path = tmp_path / "artifacts" / digest[:2] / digest[2:4] / digest
    path.chmod(0o644)
    for damaged in (
        *(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(64)),
        data[:-1],
        data + b"x",
        b"",
    ):
        path.write_bytes(damaged)
        with pytest.raises(ArtifactCorruptError, match=digest):
            artifact_store.get(digest)


def harm(path: Path, damaged: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(damaged)


def test_what_is_damaged_is_mended_and_the_damage_kept(
    artifact_store: ArtifactStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root, data = tmp_path / "artifacts", os.urandom(64)
    digest = artifact_store.put(data)
    path = root / digest[:2] / digest[2:4] / digest
    damages = {bytes([data[0] ^ 1]) + data[1:], data[:-1], data + b"x", b""}
    for damaged in (*damages, b""):  # the same damage a second time
        harm(path, damaged)
        assert artifact_store.put(data) == digest
        assert artifact_store.get(digest) == data
        assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert {(root / name).read_bytes() for name in artifact_store.strangers()} == damages
    assert list(artifact_store.digests()) == [digest]
    assert digest in caplog.text
    assert artifact_store.put(data) == digest
    assert len(list(artifact_store.strangers())) == len(damages)  # what is whole is left alone


def test_of_a_large_artifact_only_the_size_is_compared(
    artifact_store: ArtifactStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.artifacts.COMPARED_BYTES", 4)
    digest = artifact_store.put(b"proof")
    harm(tmp_path / "artifacts" / digest[:2] / digest[2:4] / digest, b"prooF")
    artifact_store.put(b"proof")
    with pytest.raises(ArtifactCorruptError):
        artifact_store.get(digest)
    harm(tmp_path / "artifacts" / digest[:2] / digest[2:4] / digest, b"proo")
    artifact_store.put(b"proof")
    assert artifact_store.get(digest) == b"proof"


def test_many_writers_mend_the_same_damage_at_once(artifact_store: ArtifactStore, tmp_path: Path) -> None:
    digest = artifact_store.put(b"proof")
    harm(tmp_path / "artifacts" / digest[:2] / digest[2:4] / digest, b"prooF")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(artifact_store.put, [b"proof"] * 40)) == {digest}
    assert artifact_store.get(digest) == b"proof"
    damaged = f"{digest}.damaged-{hashlib.sha256(b'prooF').hexdigest()[:16]}"
    assert damaged in {name.rpartition("/")[2] for name in artifact_store.strangers()}
    assert not [name for name in artifact_store.strangers() if name.endswith(".partial")]


def test_files_are_read_only_and_synced_before_the_digest_is_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        synced.append(kind)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    digest = ArtifactStore.open(f"file://{tmp_path}/evidence").put(b"proof")
    path = place(tmp_path, digest)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert path.stat().st_nlink == 1
    assert synced.count("file") == 1
    assert synced[-2:] == ["file", "folder"]  # the bytes first, then their name


def test_a_file_system_without_nameless_files_is_served_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: str | Path, flags: int, *rest: int, **named: int) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "no nameless files")
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(storage.folder.os, "open", refuse)
    store = ArtifactStore.open(f"file://{tmp_path}/evidence")
    digest = store.put(b"proof")
    assert store.put(b"proof") == digest
    assert store.get(digest) == b"proof"
    assert store.probe().free_bytes
    assert list(store.strangers()) == []


def test_many_writers_of_the_same_bytes_agree(artifact_store: ArtifactStore) -> None:
    blobs = [str(number % 10).encode() * 1000 for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        digests = list(pool.map(artifact_store.put, blobs))
    assert set(artifact_store.digests()) == set(digests)
    assert all(artifact_store.get(digest) for digest in set(digests))


def test_foreign_files_are_told_apart(artifact_store: ArtifactStore, tmp_path: Path) -> None:
    digest = artifact_store.put(b"proof")
    root = tmp_path / "artifacts"
    (root / "notes.txt").write_text("mine")
    (root / ABSENT).write_text("misplaced")
    assert list(artifact_store.digests()) == [digest]
    assert sorted(artifact_store.strangers()) == [ABSENT, "notes.txt"]


@pytest.mark.parametrize(("number", "remedy"), [(errno.ENOSPC, "free some space"), (errno.EROFS, "read-only")])
def test_a_disk_that_cannot_be_written_is_named(
    artifact_store: ArtifactStore, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    def fail(descriptor: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", fail)
    for act in (lambda: artifact_store.put(b"proof"), artifact_store.probe):
        with pytest.raises(ArtifactStoreUnavailableError, match=remedy):
            act()
    monkeypatch.undo()
    assert list(artifact_store.digests()) == []  # nothing half-written
    assert list(artifact_store.strangers()) == []


@pytest.mark.parametrize("url", ["", "evidence", "ftp://host/x", "file://host/x", "file:///", "s3:///prefix"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ArtifactStoreUnavailableError, match="use `file:///folder`"):
        ArtifactStore.open(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtifactStoreUnavailableError, match="LACHAN_ARTIFACTS_URL"):
        ArtifactStore.open(f"file://{tmp_path}/file/evidence")


def test_s3_finds_what_was_altered_and_mends_it(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3

    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    store = ArtifactStore.open("s3://evidence/altered", s3_endpoint)
    digest = store.put(b"proof")
    client = boto3.client("s3", endpoint_url=s3_endpoint)
    key = f"altered/{digest[:2]}/{digest[2:4]}/{digest}"
    client.put_object(Bucket="evidence", Key=key, Body=b"prooF")
    with pytest.raises(ArtifactCorruptError):
        store.get(digest)
    assert store.put(b"proof") == digest
    assert store.get(digest) == b"proof"
    [aside] = store.strangers()
    assert client.get_object(Bucket="evidence", Key=f"altered/{aside}")["Body"].read() == b"prooF"
    client.close()


def test_an_absent_s3_server_is_named_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("storage.bucket._SECONDS", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ArtifactStoreUnavailableError, match="LACHAN_S3_ENDPOINT"):
        ArtifactStore.open("s3://evidence", endpoint).probe()


def test_an_absent_bucket_is_named(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    store = ArtifactStore.open("s3://nowhere", s3_endpoint)
    for act in (store.probe, lambda: store.put(b"x"), lambda: store.get(ABSENT)):
        with pytest.raises((ArtifactStoreUnavailableError, ArtifactMissingError), match="s3://nowhere"):
            act()
