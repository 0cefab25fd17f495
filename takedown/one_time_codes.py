"""Codes that change every half minute (RFC 6238): pure, without a person or a clock of their own."""

import hmac
from datetime import datetime

ISSUER = "la chan"
SECONDS = 30
SLACK = 1  # steps that a telephone's clock may be off, either way
LETTERS = 32  # of base32 in a secret: 160 bits


def new_secret() -> str:
    """For an authenticator; kept nowhere until a code of it was typed."""
    from pyotp import random_base32

    return random_base32(LETTERS)


def enrolment_address(name: str, secret: str) -> str:
    """The ``otpauth:`` address that authenticators read from a QR code."""
    from pyotp import TOTP

    return str(TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))


def matching_step(secret: str, code: str, *, now: datetime, after: int = 0) -> int | None:
    """The half minute of a code that is about now and later than ``after``; None: a wrong or used code."""
    from pyotp import HOTP

    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    current = int(now.timestamp()) // SECONDS
    for step in range(current - SLACK, current + SLACK + 1):
        if hmac.compare_digest(HOTP(secret).at(step), typed) and step > after:
            return step
    return None


def is_secret(text: str) -> bool:
    """Whether ``new_secret`` may have made it."""
    return len(text) == LETTERS and not set(text) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
