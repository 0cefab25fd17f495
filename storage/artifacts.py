"""Evidence bytes by their SHA-256: written once, verified on every read, in a folder or an S3 bucket."""

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import SplitResult, unquote, urlsplit

from storage.errors import (
    ArtifactCorruptError,
    ArtifactMissingError,
    ArtifactStoreUnavailableError,
    ArtifactTooLargeError,
)

MAX_ARTIFACT_BYTES = 512_000_000
COMPARED_BYTES = 8_000_000  # of an artifact that is there already: up to here its bytes are read, beyond only its size
_log = logging.getLogger(__name__)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FORMS = "use `file:///folder` or `s3://bucket/prefix`"
_FORMS_VI = "dùng `file:///thư-mục` hoặc `s3://bucket/prefix`"


@dataclass(frozen=True, slots=True)
class StoreProbe:
    """Where the store is and what is left there. ``free_bytes``: None where nobody can tell (S3)."""

    where: str
    free_bytes: int | None


class ObjectStore(Protocol):
    """Named bytes. Every method raises ArtifactStoreUnavailableError where the place cannot be reached or written."""

    where: str

    def create(self, name: str, data: bytes) -> bool:
        """Writes durably and all at once; False, and nothing changed, where the name is taken."""

    def supplant(self, name: str, data: bytes, aside: str) -> None:
        """Writes durably and all at once over what bears the name, which stays as it is under ``aside``."""

    def read(self, name: str, limit: int) -> bytes | None:
        """At most ``limit`` bytes of it; None where there is none."""

    def size(self, name: str) -> int | None:
        """Bytes; None where there is none."""

    def names(self) -> Iterator[str]:
        """Every name, in no order."""

    def probe(self) -> int | None:
        """Proves that the place can be written. Bytes that are free there; None where nobody can tell."""


def parse_store_url(url: str) -> SplitResult:
    """The parts of an evidence store's URL. Raises ArtifactStoreUnavailableError for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    local = parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.strip("/")
    if not local and not (parts.scheme == "s3" and parts.netloc):
        raise ArtifactStoreUnavailableError(
            f"`{url}` is no evidence store; {_FORMS}", f"`{url}` không phải kho chứng cứ; {_FORMS_VI}"
        )
    return parts


class ArtifactStore:
    """Files bytes under their digest. Safe to use from several threads and processes at once."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    @classmethod
    def open(cls, url: str, endpoint: str = "") -> Self:
        """``file:///folder`` or ``s3://bucket/prefix``; ``endpoint``: an S3 server that is not AWS.

        A folder is made with the first artifact. Raises ArtifactStoreUnavailableError for another URL or a place where
        no folder can be.
        """
        parts = parse_store_url(url)
        if parts.scheme == "file":
            from storage.folder import FolderStore

            return cls(FolderStore(Path(unquote(parts.path))))
        from storage.bucket import BucketStore

        return cls(BucketStore(parts.netloc, parts.path.strip("/"), endpoint))

    def put(self, data: bytes) -> str:
        """Keeps ``data`` and returns its digest, 64 hexadecimal characters, only once it is safe on disk.

        What is there already and whole stays as it is. Where it is damaged a sound copy takes its place, and the
        damaged one is kept beside it under a name that ``strangers`` tells: one bad file must not end every sweep that
        meets the same bytes again. Raises ArtifactTooLargeError, ArtifactStoreUnavailableError.
        """
        if len(data) > MAX_ARTIFACT_BYTES:
            raise ArtifactTooLargeError(
                f"an artifact of {len(data)} bytes is over the bound of {MAX_ARTIFACT_BYTES}",
                f"một tệp chứng cứ {len(data)} byte vượt mức {MAX_ARTIFACT_BYTES}",
            )
        digest = hashlib.sha256(data).hexdigest()
        if not self._objects.create(_name(digest), data) and not self._is_whole(digest, len(data)):
            self._mend(digest, data)
        return digest

    def _is_whole(self, digest: str, size: int) -> bool:
        if self._objects.size(_name(digest)) != size:
            return False
        if size > COMPARED_BYTES:
            return True
        return hashlib.sha256(self._objects.read(_name(digest), size) or b"").hexdigest() == digest

    def _mend(self, digest: str, data: bytes) -> None:
        damaged = self._objects.read(_name(digest), MAX_ARTIFACT_BYTES + 1) or b""
        # Named by what it holds: the same damage seen by two writers is kept once.
        aside = f"{_name(digest)}.damaged-{hashlib.sha256(damaged).hexdigest()[:16]}"
        self._objects.supplant(_name(digest), data, aside)
        _log.warning(
            "%s was damaged: a sound copy took its place, %s keeps the damaged one", self._place(digest), aside
        )

    def get(self, digest: str) -> bytes:
        """The bytes, proven to have this digest.

        Raises ArtifactMissingError, ArtifactCorruptError, ArtifactStoreUnavailableError; ValueError for no digest.
        """
        data = self._objects.read(_name(digest), MAX_ARTIFACT_BYTES + 1)
        if data is None:
            raise ArtifactMissingError(
                f"{self._place(digest)} is not there: {_RESTORE}",
                f"tệp chứng cứ {digest} trong {self._objects.where} không còn: {_RESTORE_VI}",
            )
        if hashlib.sha256(data).hexdigest() != digest:
            raise ArtifactCorruptError(
                f"{self._place(digest)} was altered: {_RESTORE}",
                f"tệp chứng cứ {digest} trong {self._objects.where} đã bị sửa: {_RESTORE_VI}",
            )
        return data

    def has(self, digest: str) -> bool:
        """True where something is filed under it; only ``get`` tells whether it is whole."""
        return self._objects.size(_name(digest)) is not None

    def size(self, digest: str) -> int:
        """Bytes, as stored. Raises ArtifactMissingError."""
        size = self._objects.size(_name(digest))
        if size is None:
            raise ArtifactMissingError(
                f"{self._place(digest)} is not there: {_RESTORE}",
                f"tệp chứng cứ {digest} trong {self._objects.where} không còn: {_RESTORE_VI}",
            )
        return size

    def digests(self) -> Iterator[str]:
        """Every digest that is stored, in no order and in flat memory; foreign names are left to ``strangers``."""
        return (digest for digest in map(_digest_of, self._objects.names()) if digest)

    def strangers(self) -> Iterator[str]:
        """Names in the store that no digest of ours explains."""
        return (name for name in self._objects.names() if not _digest_of(name))

    def probe(self) -> StoreProbe:
        """Proves that the store can be written, making its folder. Raises ArtifactStoreUnavailableError: the remedy."""
        return StoreProbe(self._objects.where, self._objects.probe())

    def _place(self, digest: str) -> str:
        return f"artifact {digest} in {self._objects.where}"


_RESTORE = "restore it from a copy of the evidence store"
_RESTORE_VI = "khôi phục từ bản sao của kho chứng cứ"


def _name(digest: str) -> str:
    # Also keeps any other text from becoming a path.
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"not a SHA-256 digest in lower-case hexadecimal: {digest[:80]!r}")
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _digest_of(name: str) -> str:
    digest = name.rpartition("/")[2]
    return digest if _DIGEST.fullmatch(digest) and name == _name(digest) else ""
