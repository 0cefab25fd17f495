"""Seals personal data: AES-256-GCM under a key a subject, each wrapped by the operator's key, which lives in a file."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import VaultError

_KEY = 32  # bytes
_NONCE = 12
_MAX_FILE = 100_000
_MADE = "lachan records new-key"


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one request or look-up. ``label`` binds what it seals to its place: no value can be moved."""

    secret: bytes = field(repr=False)

    def seal(self, data: bytes, label: str) -> bytes:
        """Nonce and ciphertext."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, data, label.encode())

    def unseal(self, sealed: bytes, label: str) -> bytes:
        """The bytes. Raises VaultError for another key, another label or altered bytes."""
        try:
            return AESGCM(self.secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], label.encode())
        except (InvalidTag, ValueError) as error:
            raise VaultError(
                f"{label}: the sealed data was altered, or belongs to another key",
                f"{label}: dữ liệu niêm phong đã bị sửa, hoặc thuộc khóa khác",
            ) from error

    def seal_json(self, value: Mapping[str, Any], label: str) -> bytes:
        """A JSON object, sealed."""
        return self.seal(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), label)

    def unseal_json(self, sealed: bytes | None, label: str) -> dict[str, Any]:
        """The object; empty where nothing was sealed."""
        found: Any = json.loads(self.unseal(sealed, label)) if sealed is not None else {}
        return found if isinstance(found, dict) else {}

    def blind(self, text: str) -> str:
        """A digest that nobody without the key can compare with a guess."""
        return hashlib.blake2b(text.encode(), key=self.secret, digest_size=20).hexdigest()


@dataclass(frozen=True, slots=True)
class Vault:
    """The operator's keys, the one that wraps first; older ones only unwrap."""

    keys: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def load(cls, path: str | Path) -> "Vault":
        """Raises VaultError with the remedy: not set, missing, readable by others, or no keys in it."""
        if not str(path).strip():
            raise VaultError(
                f"no key for personal data is set: `{_MADE}`, then LACHAN_RECORDS_KEY_FILE names it",
                f"chưa đặt khóa dữ liệu cá nhân: `{_MADE}`, rồi LACHAN_RECORDS_KEY_FILE chỉ tới tệp đó",
            )
        try:
            with Path(path).open("rb") as file:
                mode, text = os.fstat(file.fileno()).st_mode, file.read(_MAX_FILE)
        except OSError as error:
            raise VaultError(
                f"{path}: {error.strerror}; restore it from its back-up (the data is not lost), or make one: {_MADE}",
                f"{path}: {error.strerror}; khôi phục từ bản sao lưu (dữ liệu không mất), hoặc tạo mới: {_MADE}",
            ) from error
        if mode & 0o077:
            raise VaultError(
                f"{path}: others may read it; chmod 600 {path}", f"{path}: người khác đọc được; chmod 600 {path}"
            )
        keys = []
        for number, line in enumerate(text.split(b"\n"), start=1):
            if not (word := line.split(b"#")[0].strip()):
                continue
            try:
                key = base64.b64decode(word, validate=True)
            except ValueError:
                key = b""
            if len(key) != _KEY:
                raise VaultError(
                    f"{path}:{number}: no key of {_KEY} bytes in base64; restore it from its back-up",
                    f"{path}:{number}: không phải khóa {_KEY} byte dạng base64; khôi phục từ bản sao lưu",
                )
            keys.append(key)
        if not keys:
            raise VaultError(
                f"{path}: holds no key; restore it from its back-up, or: {_MADE}",
                f"{path}: không có khóa; khôi phục từ bản sao lưu, hoặc: {_MADE}",
            )
        return cls(tuple(keys))

    @classmethod
    def load_if_set(cls, path: str | Path) -> "Vault | None":
        """None where no file is named. Raises VaultError where one is named and cannot be used."""
        return cls.load(path) if str(path).strip() else None

    @property
    def current(self) -> str:
        """The id of the key that wraps."""
        return key_id(self.keys[0])

    def new_data_key(self) -> DataKey:
        """A fresh key for one subject."""
        return DataKey(secrets.token_bytes(_KEY))

    def seal(self, data: bytes, label: str) -> bytes:
        """For what lives for hours only: under the newest operator's key itself."""
        return DataKey(self.keys[0]).seal(data, label)

    def unseal(self, sealed: bytes, label: str) -> bytes:
        """What ``seal`` sealed with any of the keys. Raises VaultError."""
        for key in self.keys[:-1]:
            try:
                return DataKey(key).unseal(sealed, label)
            except VaultError:
                continue
        return DataKey(self.keys[-1]).unseal(sealed, label)

    def wrap(self, key: DataKey) -> tuple[str, bytes]:
        """(id of the operator's key, the wrapped data key)."""
        return self.current, DataKey(self.keys[0]).seal(key.secret, "data key")

    def unwrap(self, operator_key: str, wrapped: bytes | None) -> DataKey:
        """The data key. Raises VaultError: erased, or the operator's key is not in the file."""
        if wrapped is None:
            raise VaultError(
                "this personal data was erased: its key is gone for good",
                "dữ liệu cá nhân này đã bị xóa: khóa của nó không còn",
            )
        for key in self.keys:
            if key_id(key) == operator_key:
                return DataKey(DataKey(key).unseal(wrapped, "data key"))
        raise VaultError(
            f"the key file lacks key {operator_key}: put it back as a further line from its back-up; nothing is lost",
            f"tệp khóa thiếu khóa {operator_key}: thêm lại một dòng từ bản sao lưu; không mất gì",
        )


def key_id(key: bytes) -> str:
    """Sixteen letters that tell keys apart and give nothing of them away."""
    return hashlib.sha256(b"lachan records key id" + key).hexdigest()[:16]


def add_key(path: Path) -> str:
    """Puts a fresh key before those in the file (made where missing, for its owner alone); its id.

    Written beside and renamed, so that no crash loses an old key. Raises VaultError.
    """
    older = b""
    if path.exists():
        Vault.load(path)  # never builds on a file that it does not understand
        older = path.read_bytes()
    key = secrets.token_bytes(_KEY)
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(key) + b"\n" + older)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise VaultError(
            f"{path}: {error.strerror}; choose another place", f"{path}: {error.strerror}; chọn chỗ khác"
        ) from error
    return key_id(key)
