"""Passwords that are sealed quickly: as the product seals them, the people of the tests took a minute of each run."""

from collections.abc import Iterator

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from takedown import staff


@pytest.fixture(scope="session", autouse=True)
def quick_seals() -> Iterator[None]:
    """`tests/takedown/test_staff.py` proves what the product's own seal costs."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_hasher", lambda: cheap)
        yield
