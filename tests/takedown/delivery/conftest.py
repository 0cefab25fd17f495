"""A released notice by mail, and a mail server of our own on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from storage.db import write_session
from takedown.delivery.outbox import queue_released
from takedown.drafting import draft_notices
from takedown.notices import release_notice
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import Decision, decide_contact
from tests.takedown.desk import AN, CHI, HEAD, NOW, proven_case

ABUSE = "abuse@host.example"


@dataclass
class Mailbox:
    """What arrived; ``answer``: what the server says to the next mail."""

    arrived: list[bytes] = field(default_factory=list)
    answer: str = "250 queued as 1"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            self.arrived.append(envelope.content if isinstance(envelope.content, bytes) else b"")
        return self.answer


class AnyPort(Controller):
    """A controller that knows the port it was given."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass(frozen=True)
class Server:
    port: int
    mailbox: Mailbox


@pytest.fixture
def smtp() -> Iterator[Server]:
    mailbox = Mailbox()
    controller = AnyPort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield Server(controller.port, mailbox)
    controller.stop()


@pytest.fixture
def mail_id(sqlite_engine: Engine, artifact_store: ArtifactStore) -> int:
    """One queued mail to a recipient whose address a person confirmed."""
    number = proven_case(sqlite_engine, artifact_store)
    recipient = load_recipients().get("cloudflare")
    assert recipient is not None
    with write_session(sqlite_engine) as session:
        decide_contact(
            session,
            recipient,
            ChannelKind.EMAIL,
            ABUSE,
            decision=Decision.CONFIRMED,
            actor="chi",
            reason="gọi điện",
            now=NOW,
        )
        (notice,) = draft_notices(
            session, artifact_store, number, head=HEAD, actor=AN, now=NOW, recipients=["cloudflare"]
        )
        release_notice(session, notice.id or 0, actor=CHI, now=NOW)
        assert queue_released(session, artifact_store, sender=HEAD.mailbox, now=NOW) == 1
        assert queue_released(session, artifact_store, sender=HEAD.mailbox, now=NOW) == 0
        session.commit()
    return 1
