"""A certificate of a version that no standard knows is as unreadable as any other damaged one."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.certificates import load_certificate
from tests.ct_server import make_certificate

VERSION = bytes.fromhex("a003020102")  # X.509 v3, as DER writes it


def test_an_unknown_version_is_unreadable() -> None:
    der = make_certificate("a.example").public_bytes(Encoding.DER)
    assert load_certificate(der).subject
    assert der.count(VERSION) == 1
    for damaged in (der.replace(VERSION, VERSION[:-1] + b"\x01"), b"", der[:-1]):
        with pytest.raises(ValueError):
            load_certificate(damaged)
