"""The mailbox of the answers, over IMAP: a mail is marked as read only by a caller that has kept it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from ssl import create_default_context
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from takedown.errors import NoticeError

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

MAX_MAIL_BYTES = 30_000_000  # more of a mail is left on the server
_TIMEOUT = 60  # seconds for each answer of the server


class Mailbox:
    """An open folder."""

    def __init__(self, client: "BaseMailBox") -> None:
        self._client = client

    def unread(self, *, limit: int = 200) -> Iterator[tuple[str, bytes]]:
        """(uid, bytes) of each, the oldest first and one in memory at a time; looking changes nothing on the server.

        Raises NoticeError where the server fails.
        """
        from imap_tools import AND

        with _told("stopped answering", "không trả lời nữa"):
            uids = self._client.uids(AND(seen=False))[:limit]
        for uid in uids:
            with _told("stopped answering", "không trả lời nữa"):
                # PEEK: the mark is ours to set; the range: a huge mail cannot fill the memory
                _, parts = self._client.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MAX_MAIL_BYTES}>)")
            data = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if data is not None:  # None: somebody deleted it meanwhile
                yield uid, data

    def mark_read(self, uid: str) -> None:
        """After the mail is kept and committed. Raises NoticeError; the mail then comes again, and is known."""
        from imap_tools import MailMessageFlags

        with _told("takes no marks", "không nhận đánh dấu"):
            self._client.flag(uid, MailMessageFlags.SEEN, True)


@contextmanager
def open_mailbox(url: str) -> Iterator[Mailbox]:
    """``imaps://user:password@host/INBOX``, or ``imap://`` for a server that turns to TLS by STARTTLS.

    The server must show a certificate of its name that this machine trusts (SSL_CERT_FILE adds a root).
    Raises NoticeError.
    """
    from imap_tools import MailBox, MailboxLoginError, MailBoxStartTls

    parts = urlsplit(url)
    if parts.scheme not in {"imaps", "imap"} or not parts.hostname or not parts.username:
        raise NoticeError(
            "LACHAN_IMAP_URL must be imaps://user:password@host/INBOX",
            "LACHAN_IMAP_URL phải có dạng imaps://user:password@host/INBOX",
        )
    folder = unquote(parts.path.strip("/")) or "INBOX"
    kind, port = (MailBox, 993) if parts.scheme == "imaps" else (MailBoxStartTls, 143)
    with _told("cannot be reached", "không tới được"):
        client = kind(parts.hostname, parts.port or port, timeout=_TIMEOUT, ssl_context=create_default_context())
    try:
        try:
            with _told(f"does not open {folder}", f"không mở được {folder}"):
                client.login(unquote(parts.username), unquote(parts.password or ""), folder)
        except NoticeError as error:
            if isinstance(error.__cause__, MailboxLoginError):
                raise NoticeError(
                    "the mailbox of LACHAN_IMAP_URL refuses this user and password",
                    "hộp thư của LACHAN_IMAP_URL từ chối tên và mật khẩu này",
                ) from error.__cause__
            raise
        yield Mailbox(client)
    finally:
        with suppress(IMAP4.error, OSError):  # it may be gone already
            client.client.logout()


@contextmanager
def _told(what: str, what_vi: str) -> Iterator[None]:
    """Every way in which a server fails, in one sentence."""
    from imap_tools.errors import ImapToolsError

    try:
        yield
    except (ImapToolsError, IMAP4.error, OSError) as error:
        raise NoticeError(
            f"the mailbox of LACHAN_IMAP_URL {what}: {str(error)[:300]}",
            f"hộp thư của LACHAN_IMAP_URL {what_vi}: {str(error)[:300]}",
        ) from error
