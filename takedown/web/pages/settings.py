"""Every setting with its value here and where it comes from; passwords are never shown."""

from fastapi import Request, Response

from takedown.web.access import AUDIT, Pages, desk_of
from takedown.web.rendering import render

pages = Pages()


@pages.page("/settings", AUDIT)
def settings(request: Request) -> Response:
    """The table."""
    return render(request, "settings.html", rows=desk_of(request).settings)
