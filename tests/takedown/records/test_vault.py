"""The operator's key: made, rotated, missing, damaged; what it seals cannot be altered or moved."""

from pathlib import Path

import pytest

from storage.errors import VaultError
from storage.vault import DataKey, Vault, add_key


def test_a_rotated_key_still_opens_what_the_old_one_wrapped(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    first = add_key(path)
    vault = Vault.load(path)
    key = vault.new_data_key()
    name, wrapped = vault.wrap(key)
    second = add_key(path)
    newer = Vault.load(path)
    assert (name, newer.current) == (first, second)
    assert newer.unwrap(name, wrapped).secret == key.secret
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_the_key_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="new-key"):
        Vault.load("")
    with pytest.raises(VaultError, match="not lost"):
        Vault.load(tmp_path / "gone")
    path = tmp_path / "keys"
    add_key(path)
    vault = Vault.load(path)
    name, wrapped = vault.wrap(vault.new_data_key())
    path.unlink()
    add_key(path)
    with pytest.raises(VaultError, match="put it back"):
        Vault.load(path).unwrap(name, wrapped)
    with pytest.raises(VaultError, match="erased"):
        vault.unwrap(name, None)
    path.chmod(0o644)
    with pytest.raises(VaultError, match="chmod"):
        Vault.load(path)


@pytest.mark.parametrize("text", ["", "# only words\n", "short\n", "!!!\n"])
def test_a_damaged_key_file_is_refused_and_never_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(VaultError):
        add_key(path)
    assert path.read_text() == text


def test_sealed_bytes_cannot_be_altered_moved_or_read_with_another_key() -> None:
    key = DataKey(b"k" * 32)
    sealed = key.seal_json({"officer": "Trần Thị B"}, "request 1")
    assert key.unseal_json(sealed, "request 1") == {"officer": "Trần Thị B"}
    assert "Trần".encode() not in sealed
    for other, label, data in (
        (key, "request 2", sealed),
        (DataKey(b"x" * 32), "request 1", sealed),
        (key, "request 1", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (key, "request 1", b""),
    ):
        with pytest.raises(VaultError):
            other.unseal(data, label)
