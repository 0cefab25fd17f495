"""What a message is and holds: its words, where it leads, whom to call, where to pay."""

from dataclasses import dataclass

from crawler.detection.facts import BankAccount, Handle, Phone


@dataclass(frozen=True, slots=True)
class MessageLink:
    """An address in a message. ``text``: as written there; ``hidden``: written so that filters would miss it."""

    url: str
    host: str
    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message, bounded. Everything is in order of appearance."""

    text: str
    links: tuple[MessageLink, ...] = ()
    phones: tuple[Phone, ...] = ()
    accounts: tuple[BankAccount, ...] = ()
    handles: tuple[Handle, ...] = ()
    cut: bool = False  # the message was longer than what is read
