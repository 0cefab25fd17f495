"""Which edition of the program a process runs: the digest of the crawler's files, as they lay there when it was asked.

A process keeps the code that it began with; one that it starts later begins with what lies there then.
"""

from hashlib import sha256
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
CODE = frozenset({".py", ".toml"})
EDITION_BYTES = 32


def edition_of(package: Path = PACKAGE) -> bytes:
    """32 bytes. A file that goes while it is read counts as gone: an upgrade may be under way."""
    digest = sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in CODE):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        digest.update(f"{path.relative_to(package)}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    return digest.digest()
