"""What a person typed into a form that was refused: named, and offered again, so that nothing of it is lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from takedown.web.choices import Choice, Option, choices_of

LABELS: Mapping[str, tuple[str, str]] = {
    "again": ("Mật khẩu mới, lần nữa", "New password again"),
    "about": ("Về tên miền, số nào", "About"),
    "agency": ("Cơ quan", "Agency"),
    "assignee": ("Người phụ trách", "Assignee"),
    "case_number": ("Số vụ việc, hồ sơ", "Case number"),
    "cases": ("Các vụ", "Cases"),
    "code": ("Mã", "Code"),
    "contact": ("Liên hệ", "Contact"),
    "days": ("Số ngày", "Days"),
    "decision": ("Quyết định", "Decision"),
    "document_date": ("Ngày văn bản", "The document's day"),
    "document_number": ("Số văn bản", "Document number"),
    "duplicate_of": ("Trùng với vụ số", "Duplicate of case"),
    "facts": ("Nội dung trả lời", "Facts"),
    "file": ("Tệp", "File"),
    "full_name": ("Họ tên", "Full name"),
    "host": ("Tên máy chủ", "Host"),
    "label": ("Tên mã truy cập", "The token's label"),
    "letter": ("Công văn", "Letter"),
    "name": ("Tên", "Name"),
    "new": ("Mật khẩu mới", "New password"),
    "officer": ("Cán bộ đầu mối", "Officer"),
    "old": ("Mật khẩu cũ", "Old password"),
    "other": ("Vụ gộp vào", "The other case"),
    "place": ("Gắn vào", "Attach to"),
    "pasted": ("Danh sách đã dán", "The pasted list"),
    "password": ("Mật khẩu", "Password"),
    "proof": ("Bằng chứng: số, ngày, nơi", "Proof: number, day, place"),
    "purpose": ("Mục đích", "Purpose"),
    "query": ("Bộ lọc", "Filters"),
    "reason": ("Lý do", "Reason"),
    "secret": ("Khóa của mã dùng một lần", "Secret of the one-time codes"),
    "source": ("Nguồn", "Source"),
    "subject": ("Mã người dùng (sub)", "Subject"),
    "text": ("Nội dung", "Text"),
    "unit": ("Đơn vị", "Unit"),
    "url": ("Địa chỉ trang", "Address of the site"),
    "value": ("Địa chỉ liên hệ", "Contact address"),
}
FILES: Mapping[str, tuple[str, str]] = {
    "order": ("Bản chụp văn bản", "The document itself"),
    "paper": ("Văn bản trả lời", "The answer's paper"),
}
_FIXED = frozenset({"cases", "file", "letter", "query"})  # chosen on the page before, not written
_SECRET = frozenset({"password", "old", "new", "again", "code", "secret"})
_LINE = 120  # characters; what is longer wants a larger field


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of the refused form. ``kind``: hidden | line | lines | password | file | choice | several; the last two
    have ``options``, and in ``value`` what was chosen, "" for nothing; of several with commas between."""

    name: str
    kind: str
    vi: str
    en: str
    value: str = ""
    options: tuple[Option, ...] = ()


async def typed_in(request: Request) -> tuple[Typed, ...]:
    """What the form brought, but its token and passwords; empty where it was not read or only had buttons."""
    if request.method != "POST" or getattr(request, "_form", None) is None:
        return ()
    form, choices = await request.form(), choices_of(request)
    found = tuple(field for field in _fields(form) if field.name not in {choice.name for choice in choices})
    if all(field.kind == "hidden" for field in found):
        return ()
    return (*(_chosen(choice, form) for choice in choices), *found)


def fault_of_fields(errors: Sequence[Any]) -> tuple[str, str]:
    """Which fields are not right and what to do, in Vietnamese and English, a line each."""
    told = [_told(error) for error in errors[:20]]
    return "\n".join(vi for vi, _ in told), "\n".join(en for _, en in told)


def _chosen(choice: Choice, form: FormData) -> Typed:
    """A choice anew, whether it was made or left out; what is none of its options is as if it had been left out."""
    known = {option[0] for option in choice.options}
    given = [value for value in form.getlist(choice.name) if isinstance(value, str) and value in known]
    kind = "several" if choice.several else "choice"
    return Typed(choice.name, kind, choice.vi, choice.en, ",".join(given), choice.options)


def _fields(form: FormData) -> Iterable[Typed]:
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name in FILES and value.filename:
                yield Typed(name, "file", *FILES[name], value.filename[:200])
        elif name == "password":
            yield Typed(name, "password", *LABELS[name])
        elif name in LABELS and name not in _FIXED | _SECRET:
            long = len(value) > _LINE or "\n" in value or name in {"text", "pasted", "purpose", "facts"}
            yield Typed(name, "lines" if long else "line", *LABELS[name], value)
        elif name not in _SECRET and name != "csrf":
            yield Typed(name, "hidden", "", "", value)


def _told(error: Mapping[str, Any]) -> tuple[str, str]:
    place = [str(part) for part in error.get("loc", ()) if part != "body"]
    name = place[0] if place else ""
    vi, en = LABELS.get(name) or FILES.get(name) or (name, name)
    kind, bounds, given = str(error.get("type", "")), error.get("ctx") or {}, error.get("input")
    if kind == "string_too_long":
        most, had = bounds.get("max_length", 0), len(given) if isinstance(given, str) else 0
        return (
            f"«{vi}»: {_dots(had)} ký tự, nhiều nhất {_dots(most)}; rút ngắn lại",
            f"«{en}»: {had:,} characters, at most {most:,}; shorten it",
        )
    if kind == "missing":
        return f"«{vi}»: chưa điền; điền vào", f"«{en}»: is empty; fill it in"
    if kind in {"int_parsing", "int_type", "int_from_float"}:
        return f"«{vi}»: không phải số; chỉ ghi chữ số", f"«{en}»: is no number; write digits alone"
    if kind in {"greater_than_equal", "less_than_equal"}:
        vi_bound = f"ít nhất {bounds['ge']}" if "ge" in bounds else f"nhiều nhất {bounds.get('le')}"
        en_bound = f"at least {bounds['ge']}" if "ge" in bounds else f"at most {bounds.get('le')}"
        return f"«{vi}»: {vi_bound}", f"«{en}»: {en_bound}"
    return f"«{vi}»: không đọc được; chọn hoặc điền lại", f"«{en}»: cannot be read; choose or fill it in again"


def _dots(number: int) -> str:
    return f"{number:,}".replace(",", ".")
