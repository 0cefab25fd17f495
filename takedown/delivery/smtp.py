"""Hands a mail to the operator's SMTP server and says whether it surely left, surely did not, or nobody knows."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from takedown.delivery.outbox import Delivered, TransportAnswer
from takedown.errors import NoticeError

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """``smtp://user:password@host:587`` (STARTTLS where offered), ``smtps://`` (TLS from the start)."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """Raises NoticeError; the text may hold a password and is not repeated."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise NoticeError(
                "LACHAN_SMTP_URL is no address; write smtp://user@host:587",
                "LACHAN_SMTP_URL không phải địa chỉ; viết smtp://user@host:587",
            ) from error
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise NoticeError(
                "LACHAN_SMTP_URL must begin with smtp:// or smtps:// and name a host",
                "LACHAN_SMTP_URL phải bắt đầu bằng smtp:// hoặc smtps:// và nêu máy chủ",
            )
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (465 if tls else 587),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """A new connection for each mail: few are sent, and each answer must be sure."""

    server: SmtpServer

    def send(self, data: bytes, *, sender: str, recipient: str) -> TransportAnswer:
        """One mail."""
        return asyncio.run(self._send(data, sender, recipient))

    async def _send(self, data: bytes, sender: str, recipient: str) -> TransportAnswer:
        import aiosmtplib

        client = aiosmtplib.SMTP(
            hostname=self.server.host, port=self.server.port, use_tls=self.server.tls, timeout=_SECONDS
        )
        try:
            await client.connect()
            if self.server.username:
                await client.login(self.server.username, self.server.password)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            client.close()
            return TransportAnswer(Delivered.RETRY, f"not connected: {error}"[:500])
        try:
            message = message_from_bytes(data, policy=SMTP)
            _, words = await client.send_message(message, sender=sender, recipients=[recipient])
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            return _refused(error)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return TransportAnswer(Delivered.AMBIGUOUS, f"the connection broke while sending: {error}"[:500])
        finally:
            client.close()
        return TransportAnswer(Delivered.ACCEPTED, words[:500])


def _refused(error: Exception) -> TransportAnswer:
    """4xx may pass later, 5xx never will."""
    first = error
    if recipients := getattr(error, "recipients", None):
        first = recipients[0]
    code = int(getattr(first, "code", 550))
    outcome = Delivered.RETRY if 400 <= code < 500 else Delivered.REFUSED
    return TransportAnswer(outcome, f"{code} {getattr(first, 'message', first)}"[:500])
