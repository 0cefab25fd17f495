"""Evidence of a case: visits with their sealed files by name and digest, the seals checked, bundle and pictures."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query, Response
from pydantic import BaseModel

from takedown.api.calls import CallNow, Calls, Number, Row, answer
from takedown.api.problems import ProblemError
from takedown.api.scopes import Scope
from takedown.history import find_case
from takedown.queue import load_case
from takedown.web.access import CASES
from takedown.web.files import case_bundle
from takedown.web.guarding import FILE_POLICY
from takedown.web.pages.pictures import SIZES, encoded, is_screenshot

calls = Calls(tags=["evidence"])
MAX_VISITS = 200


class EvidenceFile(Row):
    """A sealed file by name; its bytes leave in the bundle alone. ``size`` in bytes."""

    name: str
    digest: str
    size: int
    media_type: str


class Visit(Row):
    observation_id: int
    url: str
    final_url: str
    vantage: str
    outcome: str
    reason: str
    status: int
    observed_at: datetime
    title: str
    manifest_digest: str
    timestamp: str
    timestamp_reason: str
    files: list[EvidenceFile]


class Visits(BaseModel):
    """The newest first; ``left_off``: how many older ones are not here."""

    items: list[Visit]
    left_off: int


class Seals(BaseModel):
    """``holds``: every sealed byte is as it was; else what is not, in words."""

    holds: bool
    faults: list[str]


@calls.read("/cases/{number}/evidence", CASES, Scope.CASES_READ, Visits)
def visits(call: CallNow, number: Number) -> Response:
    """Every visit of the case's host, with its sealed files by name and digest."""
    with call.desk.reading() as session:
        view = load_case(session, number)
    shown = view.evidence[:MAX_VISITS]
    left = view.evidence_left_off + len(view.evidence) - len(shown)
    return answer(Visits(items=[Visit.model_validate(entry) for entry in shown], left_off=left))


@calls.read("/cases/{number}/seals", CASES, Scope.CASES_READ, Seals)
def seals(call: CallNow, number: Number) -> Response:
    """Every sealed byte of the case, checked now."""
    with call.desk.reading() as session:
        find_case(session, number)
    if call.desk.evidence is None:
        raise ProblemError("unavailable", "không kiểm tra được chứng cứ ở đây / evidence cannot be checked here")
    faults = list(call.desk.evidence.faults(number))
    return answer(Seals(holds=not faults, faults=faults[:500]))


@calls.read(
    "/cases/{number}/bundle",
    CASES,
    Scope.CASES_READ,
    None,
    also=("refused", "conflict"),
    responses={200: {"description": "the bundle", "content": {"application/zip": {}}}},
)
def bundle(call: CallNow, number: Number) -> Response:
    """The bundle that a third party checks alone, as an attachment; who took it stands in the audit log."""
    with call.desk.reading() as session:
        find_case(session, number)
    if call.desk.evidence is None:
        raise ProblemError("unavailable", "không xuất được chứng cứ ở đây / evidence cannot be exported here")
    return case_bundle(call.desk.evidence, number, call.writing, actor=call.actor.name, now=call.now)


@calls.read(
    "/pictures/{digest}",
    CASES,
    Scope.CASES_READ,
    None,
    responses={200: {"description": "the picture", "content": {"image/webp": {}}}},
)
def picture(
    call: CallNow,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    size: Annotated[Literal["thumb", "page"], Query()] = "thumb",
) -> Response:
    """A sealed screenshot, decoded within bounds and encoded anew."""
    with call.desk.reading() as session:
        known = is_screenshot(session, digest)
    if not known:
        raise ProblemError("missing", "không có ảnh này / there is no such picture")
    try:
        data = encoded(call.desk.store, digest, *SIZES[size])
    except ValueError as error:
        raise ProblemError("invalid", f"không hiện được / cannot be shown: {error}") from error
    headers = {"Content-Security-Policy": FILE_POLICY, "Content-Disposition": "attachment; filename=picture.webp"}
    return Response(data, media_type="image/webp", headers=headers)
