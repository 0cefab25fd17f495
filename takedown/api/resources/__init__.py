"""What can be asked, one subject a file: shapes, then calls. A new one: a file with ``calls`` and its line."""

from takedown.api.resources import (
    accounts,
    appeals,
    audit,
    cases,
    evidence,
    links,
    mine,
    notices,
    outbox,
    recipients,
    record_files,
    record_mails,
    records,
    replies,
    review,
    statistics,
)

ROUTERS = (
    mine.calls,
    cases.calls,
    evidence.calls,
    review.calls,
    notices.calls,
    outbox.calls,
    replies.calls,
    appeals.calls,
    recipients.calls,
    record_mails.calls,  # before the requests: «mails» is no number of one
    records.calls,
    record_files.calls,
    statistics.calls,
    audit.calls,
    accounts.calls,
    links.calls,
)
