"""What went wrong, as RFC 9457 has it: one document for every fault, the framework's too, in two languages."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from storage.errors import StorageError, VaultError
from takedown import errors
from takedown.api.inert_json import InertJson
from takedown.words import fault_words

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 50
# kind: (status, Vietnamese, English)
KINDS: dict[str, tuple[int, str, str]] = {
    "malformed": (400, "Yêu cầu không đọc được", "The request cannot be read"),
    "key-needed": (400, "Cần Idempotency-Key", "An Idempotency-Key is needed"),
    "unauthorised": (401, "Khóa thiếu, sai hoặc đã hết hiệu lực", "No token, or one that opens nothing"),
    "forbidden": (403, "Vai trò hoặc quy tắc không cho phép", "The owner's roles, or a rule, do not allow it"),
    "scope": (403, "Khóa không có phạm vi này", "The token lacks the scope"),
    "missing": (404, "Không có", "There is no such thing"),
    "method": (405, "Phương thức không dùng được ở đây", "That method is not for this address"),
    "conflict": (409, "Trái với tình trạng hiện tại", "It does not go with how things stand"),
    "locked": (409, "Người khác đang giữ", "Somebody else has it"),
    "changed": (409, "Người khác vừa đổi", "Somebody else has changed it"),
    "illegal-move": (409, "Không được chuyển trạng thái như vậy", "No such change of state"),
    "refused": (409, "Một quy tắc của bàn xử lý từ chối", "A rule of the desk says no"),
    "needs-capture": (409, "Cần lượt chụp mới; đã xếp lịch chụp", "A fresh capture is needed; it is asked for"),
    "length-needed": (411, "Phải nói thân dài bao nhiêu", "A body must say how long it is"),
    "stale": (412, "Đã đổi kể từ khi đọc: đọc lại", "It changed since it was read: read it again"),
    "too-large": (413, "Thân quá lớn", "The body is too large"),
    "media-type": (415, "Thân phải là JSON", "A body must be JSON"),
    "invalid": (422, "Có giá trị không hợp lệ", "Some values are not valid"),
    "key-reused": (422, "Idempotency-Key đã dùng cho yêu cầu khác", "That Idempotency-Key was another request's"),
    "condition-needed": (428, "Cần If-Match với ETag đã đọc", "If-Match with the ETag that was read is needed"),
    "throttled": (429, "Quá nhiều lần: hãy chờ", "Too many: wait"),
    "internal": (500, "Lỗi của chương trình", "A fault of this program"),
    "unavailable": (503, "Kho hoặc cơ sở dữ liệu không dùng được", "A store is out of order"),
}
_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (errors.NotAllowedError, "forbidden"),
    (errors.MissingError, "missing"),
    (errors.CaseLockedError, "locked"),
    (errors.CaseChangedError, "changed"),
    (errors.IllegalTransitionError, "illegal-move"),
    (errors.NeedsCaptureError, "needs-capture"),
    (errors.RefusedError, "refused"),
    (VaultError, "conflict"),  # erased, or under a key that is not here: asking again changes nothing
    (StorageError, "unavailable"),
    (errors.TakedownError, "conflict"),
)
_BY_STATUS = {400: "malformed", 404: "missing", 405: "method", 413: "too-large", 415: "media-type", 422: "invalid"}


_HEADERS = {"if-match": "condition-needed", "idempotency-key": "key-needed"}


class Fault(BaseModel):
    """One value that is not right. ``where``: as body.reason or query.limit."""

    where: str
    said: str


class Said(BaseModel):
    """One rule's word in both languages."""

    rule: str
    vi: str
    en: str


class Problem(BaseModel):
    """RFC 9457. ``detail``: the words of the service that said no, ``detail_en`` in English."""

    type: str
    title: str
    title_en: str
    status: int
    detail: str
    detail_en: str | None = None
    instance: str
    errors: list[Fault] | None = None
    reasons: list[Said] | None = None


class ProblemError(Exception):
    """A fault of the request that no service speaks of."""

    def __init__(self, kind: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.headers = kind, detail, headers or {}


def problem(
    path: str,
    kind: str,
    detail: str,
    *,
    detail_en: str | None = None,
    headers: dict[str, str] | None = None,
    faults: Iterable[Fault] = (),
    reasons: Iterable[errors.Reason] = (),
) -> Response:
    """The answer; ``path``: the whole path that was asked for."""
    status, vi, en = KINDS[kind]
    document = Problem(
        type=f"/api/v1/docs#problem-{kind}",
        title=vi,
        title_en=en,
        status=status,
        detail=detail[:4000],
        detail_en=detail_en and detail_en[:4000],
        instance=path[:500],
        errors=list(faults)[:MAX_ERRORS] or None,
        reasons=[Said(rule=entry.rule, vi=entry.vi, en=entry.en) for entry in reasons] or None,
    )
    return InertJson(document.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE)


def on_problem(request: Request, error: Exception) -> Response:
    """Our own."""
    assert isinstance(error, ProblemError)
    return problem(request.url.path, error.kind, error.detail, headers=error.headers)


def on_service(request: Request, error: Exception) -> Response:
    """A service, or a store, said no."""
    kind = next(kind for known, kind in _ERRORS if isinstance(error, known))
    reasons = error.reasons if isinstance(error, errors.RefusedError) else ()
    return problem(request.url.path, kind, fault_words(error, "vi"), detail_en=str(error), reasons=reasons)


def on_validation(request: Request, error: Exception) -> Response:
    """What a value should have been; the value itself is not repeated, since it may be anything."""
    assert isinstance(error, RequestValidationError)
    missing = {str(entry["loc"][-1]).lower() for entry in error.errors() if entry["type"] == "missing"}
    for name, kind in _HEADERS.items():
        if name in missing:
            return problem(request.url.path, kind, f"thiếu {name} / the header {name} is missing")
    found = [_fault(entry) for entry in error.errors()[:MAX_ERRORS]]
    kind = "malformed" if any(entry["type"] == "json_invalid" for entry in error.errors()) else "invalid"
    return problem(request.url.path, kind, "; ".join(f"{e.where}: {e.said}" for e in found[:5]), faults=found)


def on_http(request: Request, error: Exception) -> Response:
    """The framework's: no such path, no such method, a body that is none."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    return problem(request.url.path, _BY_STATUS.get(error.status_code, "malformed"), str(error.detail), headers=headers)


def on_fault(request: Request, _: Exception) -> Response:
    """Ours to mend; the log has the rest."""
    return problem(request.url.path, "internal", "xem nhật ký của máy chủ / the server's log has more")


def responses(kinds: Sequence[str]) -> dict[int | str, dict[str, Any]]:
    """For the document: each status with what it means here."""
    told: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status, vi, en = KINDS[kind]
        words = f"{vi} / {en} (`{kind}`)"
        known = told.get(status)
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        told[status] = {"description": f"{known['description']}; {words}" if known else words, "content": content}
    return told


def _fault(entry: dict[str, Any]) -> Fault:
    where = ".".join(str(part)[:60] for part in entry.get("loc", ())[:8])
    return Fault(where=where, said=str(entry.get("msg", ""))[:300])
