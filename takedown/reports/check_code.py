"""A short code for an address, by which a copied or typed one is proven right; and addresses that print safely."""

import hashlib
from urllib.parse import quote

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
_LENGTH = 8


def check_code(url: str) -> str:
    """Eight letters and digits in two groups, such as ``K7QF-2M9X``; one changed character changes it."""
    number = int.from_bytes(hashlib.sha256(printable_url(url).encode()).digest()[:8], "big")
    letters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def printable_url(url: str) -> str:
    """The address with everything that paper cannot show apart, such as spaces and look-alike letters, as %XX."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~-._")
