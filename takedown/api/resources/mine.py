"""The token itself: whose it is and what it may do."""

from datetime import datetime

from fastapi import Response
from pydantic import BaseModel

from storage.models import ApiToken
from takedown.actor import Role
from takedown.api.calls import CallNow, Calls, answer
from takedown.api.scopes import Scope

calls = Calls(tags=["token"])


class Mine(BaseModel):
    """``scopes``: what the token may be used for; its owner's roles stand above them."""

    token: int
    label: str
    name: str
    roles: list[Role]
    scopes: list[Scope]
    expires_at: datetime


@calls.any_scope("/me", Mine)
def mine(call: CallNow) -> Response:
    """Whose token this is, and what it may do."""
    with call.desk.reading() as session:
        row = session.get_one(ApiToken, call.caller.token_id)
    scopes = [scope for scope in Scope if scope in call.caller.scopes]
    person = call.caller.person
    return answer(
        Mine(
            token=call.caller.token_id,
            label=row.label,
            name=person.name,
            roles=list(person.roles),
            scopes=scopes,
            expires_at=row.expires_at,
        )
    )
