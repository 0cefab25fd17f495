"""Sends the outbox through a transport that kills this process after the mail has left and before it is recorded."""

import os
import signal
import sys
from datetime import datetime

from storage.artifacts import ArtifactStore
from storage.db import open_engine
from takedown.delivery.calendar import Calendar
from takedown.delivery.outbox import TransportAnswer, send_due
from takedown.delivery.smtp import SmtpServer, SmtpTransport


class Killed:
    def send(self, data: bytes, *, sender: str, recipient: str) -> TransportAnswer:
        SmtpTransport(SmtpServer("127.0.0.1", int(sys.argv[3]))).send(data, sender=sender, recipient=recipient)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


send_due(
    open_engine(sys.argv[1]),
    ArtifactStore.open(sys.argv[2]),
    Killed(),
    now=datetime.fromisoformat(sys.argv[4]),
    calendar=Calendar(),
)
