"""A real SMTP server on loopback for stories of the desk."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.takedown.delivery.conftest import AnyPort, Mailbox


@contextmanager
def mail_server() -> Iterator[tuple[int, Mailbox]]:
    """Its port, and what arrived."""
    mailbox = Mailbox()
    controller = AnyPort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.port, mailbox
    finally:
        controller.stop()
