"""The pages, one subject a file. A new one: a file with a ``Pages`` router, a template, and its line here."""

from takedown.web.pages import account, case, evidence, front, notices, pictures, queue, review, signin

ROUTERS = (
    front.pages,
    signin.pages,
    account.pages,
    queue.pages,
    case.pages,
    evidence.pages,
    review.pages,
    notices.pages,
    pictures.pages,
)
