"""The pages, one subject a file. A new one: a file with a ``Pages`` router, a template, and its line here."""

from takedown.web.pages import (
    account,
    appeals,
    audit,
    case,
    dashboard,
    evidence,
    front,
    notices,
    outbox,
    people,
    pictures,
    queue,
    records,
    review,
    settings,
    signin,
)

ROUTERS = (
    front.pages,
    signin.pages,
    account.pages,
    queue.pages,
    case.pages,
    evidence.pages,
    review.pages,
    notices.pages,
    records.pages,
    pictures.pages,
    outbox.pages,
    appeals.pages,
    dashboard.pages,
    people.pages,
    audit.pages,
    settings.pages,
)
