"""Builds the mail of a notice: one recipient, text and files, with headers that nothing hostile can add to."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from storage.artifacts import ArtifactStore
from storage.models import Notice
from takedown.errors import NoticeError

_ATTACHED = ("letter.pdf", "annex.csv", "annex.json")
_MAX_BYTES = 9_000_000  # what most mailboxes take


def build_message(notice: Notice, store: ArtifactStore, *, sender: str, now: datetime) -> tuple[EmailMessage, str]:
    """The mail and its Message-ID. Raises NoticeError for an address or a subject that cannot be a header."""
    domain = sender.rpartition("@")[2]
    message_id = f"<{notice.token.lower()}.{notice.id}@{domain}>"
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"] = sender, notice.address
        message["Subject"] = " ".join(notice.subject.split())
        message["Date"], message["Message-ID"] = format_datetime(now), message_id
        message["X-Lachan-Reference"] = notice.token
        message["Auto-Submitted"] = "no"
    except (ValueError, IndexError) as error:
        raise NoticeError(
            f"notice {notice.id}: a header cannot be written ({error}); check the address",
            f"thông báo {notice.id}: không ghi được một đầu thư ({error}); kiểm tra địa chỉ",
        ) from error
    message.set_content(notice.body)
    size = len(notice.body)
    for name, digest, length, media_type in notice.documents:
        wanted = name in _ATTACHED or name.startswith("xarf")
        if not wanted or size + length > _MAX_BYTES:
            continue
        size += length
        main, _, sub = media_type.partition("/")
        message.add_attachment(store.get(digest), maintype=main, subtype=sub, filename=name)
    return message, message_id
