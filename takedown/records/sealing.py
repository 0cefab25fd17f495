"""Encrypted files of a request in the evidence store: its order, letters, answers, dossiers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.artifacts import ArtifactStore
from storage.errors import StorageError
from storage.models import DomainRecord, RecordRequest
from storage.owner_names import named_facts
from storage.vault import DataKey, Vault

ReadFacts = Callable[[DomainRecord], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SealedFile:
    """Where a file lies. ``digest`` is of the sealed bytes, ``size`` of the plain ones."""

    kind: str  # order | letter_pdf | letter_docx | answer | dossier ...
    name: str
    digest: str
    size: int
    media_type: str

    @classmethod
    def of(cls, row: Any) -> "SealedFile":
        """From its form in a JSON column."""
        kind, name, digest, size, media_type = row
        return cls(str(kind), str(name), str(digest), int(size), str(media_type))

    def row(self) -> list[Any]:
        """Its form in a JSON column."""
        return [self.kind, self.name, self.digest, self.size, self.media_type]


def seal_file(store: ArtifactStore, key: DataKey, kind: str, name: str, data: bytes, media_type: str) -> SealedFile:
    """Keeps the file encrypted. Raises what ``ArtifactStore.put`` raises."""
    digest = store.put(key.seal(data, f"file {kind} {name}"))
    return SealedFile(kind, name, digest, len(data), media_type)


def open_file(store: ArtifactStore, key: DataKey, file: SealedFile) -> bytes:
    """The plain bytes. Raises VaultError and what ``ArtifactStore.get`` raises."""
    return key.unseal(store.get(file.digest), f"file {file.kind} {file.name}")


def with_markers(record: DomainRecord) -> Mapping[str, Any]:
    """A look-up's facts as everybody may see them."""
    return record.facts


def with_names(store: ArtifactStore, vault: Vault) -> ReadFacts:
    """A look-up's facts with its owner's name, for a look that the audit log knows; a marker says what was erased or
    cannot be opened."""

    def read(record: DomainRecord) -> Mapping[str, Any]:
        try:
            return named_facts(store, vault, record)
        except StorageError:
            return record.facts

    return read


def data_key(vault: Vault, request: RecordRequest) -> DataKey:
    """The key of the request. Raises VaultError where it was erased or the operator's key is not there."""
    return vault.unwrap(request.key_id, request.wrapped_key)
