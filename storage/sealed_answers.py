"""Registries' raw answers: readable where nothing personal is in them, else sealed under a key of their record."""

from collections.abc import Collection, Mapping
from datetime import UTC

from storage.artifacts import ArtifactStore
from storage.models import DomainRecord
from storage.vault import DataKey, Vault


def keep_answers(
    store: ArtifactStore,
    vault: Vault | None,
    record: DomainRecord,
    answers: Mapping[str, bytes],
    *,
    readable: Collection[str],
) -> None:
    """Files the answers, their digests in ``record``; those outside ``readable`` sealed where there is a vault.

    A digest is of the bytes as they lie in the store, so that they are verified without the key. Raises what
    ``ArtifactStore.put`` raises.
    """
    personal = sorted(set(answers) - set(readable)) if vault is not None else []
    if vault is None or not personal:
        record.raw = {service: store.put(data) for service, data in answers.items()}
        return
    key = vault.new_data_key()
    record.key_id, record.wrapped_key = vault.wrap(key)
    record.sealed = list(personal)
    record.raw = {
        service: store.put(key.seal(data, _label(record, service)) if service in personal else data)
        for service, data in answers.items()
    }


def add_sealed(store: ArtifactStore, vault: Vault, record: DomainRecord, service: str, data: bytes) -> None:
    """Seals one more answer under the record's key, which is made where it has none. Raises VaultError, and what
    ``ArtifactStore.put`` raises."""
    if record.wrapped_key is None:
        key = vault.new_data_key()
        record.key_id, record.wrapped_key = vault.wrap(key)
    else:
        key = answer_key(vault, record)
    record.raw = {**record.raw, service: store.put(key.seal(data, _label(record, service)))}
    record.sealed = sorted({*record.sealed, service})


def read_answer(store: ArtifactStore, vault: Vault | None, record: DomainRecord, service: str) -> bytes:
    """One raw answer as it came. Raises KeyError for a service without one, VaultError where it was erased or the key
    is not there, and what ``ArtifactStore.get`` raises."""
    data = store.get(record.raw[service])
    if service not in record.sealed:
        return data
    return answer_key(vault, record).unseal(data, _label(record, service))


def answer_key(vault: Vault | None, record: DomainRecord) -> DataKey:
    """The key of the record's sealed answers. Raises VaultError."""
    return (vault or Vault.load("")).unwrap(record.key_id, record.wrapped_key)


def _label(record: DomainRecord, service: str) -> str:
    return f"answer {service} {record.domain} {record.looked_up_at.astimezone(UTC).isoformat()}"
