"""Whom to tell: the registry of recipients as data, and how sure we are of each of their channels."""

from takedown.recipients.load import RecipientDataError, load_recipients
from takedown.recipients.model import (
    Automation,
    Channel,
    ChannelKind,
    ContactState,
    Recipient,
    RecipientKind,
    Subject,
)
from takedown.recipients.registry import RecipientRegistry

__all__ = [
    "Automation",
    "Channel",
    "ChannelKind",
    "ContactState",
    "Recipient",
    "RecipientDataError",
    "RecipientKind",
    "RecipientRegistry",
    "Subject",
    "load_recipients",
]
