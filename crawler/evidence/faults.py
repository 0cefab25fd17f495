"""What is wrong with sealed evidence, in words that name the file, what was expected and what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """``kind``: altered | missing | added | swapped | row | manifest | token | audit | unreadable.

    ``file``: the sealed file's name, or the part of the record («row», «audit log») that does not hold.
    """

    kind: str
    file: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind}; expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """One observation checked; number 0 is the audit log and the store as a whole.

    ``files`` and ``bytes_read`` were read and digested. ``timestamp``: «stamped», «unanchored», «pending» or «off»,
    with details; «unanchored» is a token that holds, but leads to none of the roots that are trusted now.
    ``assessments``: how many were compared with the log.
    """

    observation_id: int
    url: str = ""
    files: int = 0
    bytes_read: int = 0
    timestamp: str = ""
    faults: tuple[Fault, ...] = ()
    assessments: int = 0

    @property
    def holds(self) -> bool:
        return not self.faults
