"""The provider's public keys (RFC 7517), those that this desk trusts to sign."""

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from takedown.errors import ProviderDownError

MOST_KEYS = 50
RSA_BITS = range(2048, 8193)  # shorter ones can be broken; longer ones are made to keep us busy


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """The RSA and elliptic keys of a set; others, broken and weak ones are left out. Raises ProviderDownError where
    none is left."""
    entries = document.get("keys")
    found = [
        key for entry in (entries if isinstance(entries, list) else [])[:MOST_KEYS] if (key := _read(entry)) is not None
    ]
    if not found:
        raise ProviderDownError(
            "the provider shows no key that can be used (RSA of 2048 bits or more, or elliptic)",
            "nơi đăng nhập không có khóa nào dùng được (RSA từ 2048 bit, hoặc đường cong elliptic)",
        )
    return KeySet(found)


def _read(entry: object) -> Key | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    try:
        if entry.get("kty") == "RSA":
            key = RSAKey.import_key(entry)
            return key if key.public_key.key_size in RSA_BITS else None  # the numbers are looked at here
        if entry.get("kty") == "EC":
            curve = ECKey.import_key(entry)
            return curve if curve.public_key.key_size else None
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
    return None
