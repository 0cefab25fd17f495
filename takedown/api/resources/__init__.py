"""What can be asked, one subject a file: shapes, then calls. A new one: a file with ``calls`` and its line."""

from takedown.api.resources import (
    accounts,
    appeals,
    audit,
    cases,
    evidence,
    mine,
    notices,
    outbox,
    recipients,
    record_files,
    records,
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
    appeals.calls,
    recipients.calls,
    records.calls,
    record_files.calls,
    statistics.calls,
    audit.calls,
    accounts.calls,
)
