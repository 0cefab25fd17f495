"""What every call works with, and how one is declared: who may make it, with which scope, what it answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from inspect import Parameter, signature
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from storage.audit import note_via
from takedown.actor import Actor
from takedown.api.front import caller_of
from takedown.api.inert_json import InertJson
from takedown.api.problems import ProblemError, responses
from takedown.api.repeats import MAX_KEY, Kept, find_kept, keep, request_digest
from takedown.api.scopes import MEANINGS, Scope
from takedown.api.tokens import Caller
from takedown.due_order import DueMark
from takedown.errors import NotAllowedError
from takedown.web.access import ANYBODY, Access
from takedown.web.desk import Desk

MOST = 100  # rows in one answer
Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
Limit = Annotated[int, Query(ge=1, le=MOST, description="rows in one answer")]
Before = Annotated[int | None, Query(ge=1, le=2_147_483_647, description="only numbers below this one: the next page")]
After = Annotated[int, Query(ge=0, le=2_147_483_647, description="only numbers above this one: the next page")]
AfterDue = Annotated[str, Query(max_length=32, description="`next` of the page before")]
Tag = Annotated[str, Header(alias="If-Match", max_length=100, description="the ETag that was read")]
MaybeKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=8, max_length=MAX_KEY, pattern=r"^[!-~]+$", description="see the tour"),
]
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=8, max_length=MAX_KEY, pattern=r"^[!-~]+$", description="see the tour"),
]
_BEARER = HTTPBearer(
    scheme_name="token", description="`lachan tokens new`, or the page /me of the desk", auto_error=False
)
_ALWAYS = ("malformed", "unauthorised", "throttled", "invalid", "unavailable", "internal")
_CHANGING = (
    *("conflict", "refused", "locked", "changed", "illegal-move"),
    *("length-needed", "too-large", "media-type", "stale", "key-reused"),
)
_GATED = ("forbidden", "scope")


class Body(BaseModel):
    """What a change brings along; a misspelt field is a fault, never left out."""

    model_config = ConfigDict(extra="forbid")


class Why(Body):
    """The reason, as it stands in the audit log."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class Row(BaseModel):
    """What is answered, read from the attributes of a stored row or a view."""

    model_config = ConfigDict(from_attributes=True)


@dataclass(frozen=True, slots=True)
class Done:
    """What a change leads to. ``tag``: how the thing is known to be as it is now."""

    model: BaseModel
    tag: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One call under way."""

    request: Request
    desk: Desk
    caller: Caller
    now: datetime

    @property
    def actor(self) -> Actor:
        return self.caller.person.actor

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """As the desk's, with every audit entry naming the token."""
        with self.desk.writing() as session:
            note_via(session, f"token {self.caller.token_id}")
            yield session

    def change(
        self,
        act: Callable[[Session], Done],
        *,
        key: str | None = None,
        expected: str = "",
        tag: Callable[[Session], str] | None = None,
    ) -> Response:
        """Makes the change in one transaction: a repeated key is answered as before, a tag that is no longer true stops
        it, and only what was done is kept. Raises ProblemError."""
        digest = request_digest(self.request, self.caller)
        with self.writing() as session:
            kept = find_kept(session, self.caller.token_id, key, digest, now=self.now) if key else None
            if kept is not None:
                return _given(kept, again=True)
            if tag is not None and not same_tag(expected, found := tag(session)):
                raise ProblemError("stale", f"hiện là {found} / it is {found} now", {"ETag": found})
            done = act(session)
            made = Kept(done.status, done.model.model_dump(mode="json"), done.tag)
            if key:
                keep(session, self.caller.token_id, key, digest, made, now=self.now)
        return _given(made)

    def kept(self, key: str) -> Response | None:
        """What this request was answered before; asked ahead of work that takes long."""
        digest = request_digest(self.request, self.caller)
        with self.desk.reading() as session:
            kept = find_kept(session, self.caller.token_id, key, digest, now=self.now)
        return _given(kept, again=True) if kept is not None else None


def answer(model: BaseModel, tag: str = "") -> Response:
    """200 with the model, and the tag that a change of it must bring along."""
    return _given(Kept(200, model.model_dump(mode="json"), tag))


def due_mark(after: str) -> DueMark | None:
    """Where the page before ended; None at the first. Raises ProblemError for what is no `next` of a page."""
    if after and (mark := DueMark.decode(after)) is None:
        raise ProblemError("invalid", "query.after: không phải `next` của trang trước / is no `next` of a page")
    return mark if after else None


def same_tag(given: str, found: str) -> bool:
    """Strong comparison of a list of tags; ``*`` is none, since it names nothing that was read."""
    return found in {entry.strip() for entry in given.split(",")}


def call_of(request: Request) -> Call:
    """The call under way."""
    desk: Desk = request.app.state.desk
    return Call(request, desk, caller_of(request.state), desk.clock())


CallNow = Annotated[Call, Depends(call_of)]


class Calls(APIRouter):
    """A router whose every route states its access and its scope."""

    def read(
        self,
        path: str,
        access: Access,
        scope: Scope,
        shape: type[BaseModel] | None,
        *,
        also: Sequence[str] = (),
        **words: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A GET that answers ``shape``, or with None a file. ``also``: kinds of problems beside the usual."""
        return self._add("GET", path, access, scope, shape, (*also, *_in(path)), words)

    def any_scope(self, path: str, shape: type[BaseModel] | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A GET that every token may make."""
        return self._add("GET", path, ANYBODY, None, shape, (), {})

    def change(
        self,
        path: str,
        access: Access,
        scope: Scope,
        shape: type[BaseModel] | None,
        *,
        method: str = "POST",
        also: Sequence[str] = (),
        **words: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A change. Where its function takes a Tag or a Key the problems of those are told as well."""
        return self._add(method, path, access, scope, shape, (*_CHANGING, *also, *_in(path)), words)

    def _add(
        self,
        method: str,
        path: str,
        access: Access,
        scope: Scope | None,
        shape: type[BaseModel] | None,
        kinds: Sequence[str],
        words: dict[str, Any],
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        meaning = f"{MEANINGS[scope][1]}: scope `{scope.value}`" if scope is not None else "every token may"
        extra = {
            "x-scope": scope.value if scope is not None else None,
            "x-roles": sorted(access.roles or ()),
            **words.pop("openapi_extra", {}),
        }

        def register(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            told = {**responses((*_ALWAYS, *_GATED, *kinds, *_of(endpoint))), **words.pop("responses", {})}
            self.add_api_route(
                path,
                endpoint,
                methods=[method],
                response_model=shape,
                response_class=InertJson,
                dependencies=[Security(_BEARER), Depends(_gate(access, scope, _asked_for(endpoint, path)))],
                responses=told,
                openapi_extra=extra,
                operation_id=f"{str(self.tags[0]).replace(' ', '_')}_{endpoint.__name__}",
                summary=(endpoint.__doc__ or "").strip().split("\n")[0].rstrip("."),
                description=meaning,
                **words,
            )
            route = cast(Any, self.routes[-1])
            route.access, route.scope = access, scope
            return endpoint

        return register


def _of(endpoint: Callable[..., Any]) -> tuple[str, ...]:
    """The problems of the headers that a function takes."""
    taken = signature(endpoint).parameters
    needs_key = "key" in taken and taken["key"].default is Parameter.empty
    return (*(("condition-needed",) if "tag" in taken else ()), *(("key-needed",) if needs_key else ()))


def _in(path: str) -> tuple[str, ...]:
    return ("missing",) if "{" in path else ()


def _gate(access: Access, scope: Scope | None, known: frozenset[str] | None) -> Callable[[Request], None]:
    def open_or_raise(request: Request) -> None:
        caller = caller_of(request.state)
        if scope is not None and scope not in caller.scopes:
            words = f"cần phạm vi {scope.value} / it takes the scope {scope.value}"
            challenge = f'Bearer realm="lachan", error="insufficient_scope", scope="{scope.value}"'
            raise ProblemError("scope", words, {"WWW-Authenticate": challenge})
        if access.roles is not None and not access.roles & set(caller.person.roles):
            raise NotAllowedError(
                f"«{caller.person.name}» may not: it takes one who {access.name}",
                f"«{caller.person.name}» không được: cần vai {access.wanted_vi}",
            )
        if known is not None and (strange := sorted(set(request.query_params) - known)):
            words = f"query.{strange[0][:60]}: không có tham số này / is none of {', '.join(sorted(known)) or '(none)'}"
            raise ProblemError("invalid", words)

    return open_or_raise


def _asked_for(endpoint: Callable[..., Any], path: str) -> frozenset[str] | None:
    """The names that an address may ask with; None where a model knows them. A misspelt filter would filter nothing."""
    taken = signature(endpoint).parameters
    ours = {"call", "body", "tag", "key"}
    return None if "filters" in taken else frozenset(n for n in taken if n not in ours and f"{{{n}}}" not in path)


def _given(kept: Kept, *, again: bool = False) -> Response:
    headers = {"ETag": kept.tag} if kept.tag else {}
    if again:
        headers["Idempotency-Replayed"] = "true"
    return InertJson(kept.body, kept.status, headers=headers)
