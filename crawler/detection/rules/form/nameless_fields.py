"""Fields for secrets without a word beside them and with names cut to a few letters: written to be read by nobody."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_TYPED = {"text", "tel", "email", "password", "number"}
_ORDINARY = frozenset(
    [
        *("user", "pass", "pwd", "name", "mail", "code", "city", "zip", "tel", "log", "otp", "pin", "cvv", "dob"),
        *("day", "q", "s", "p", "u", "id", "key", "url", "nick", "fax", "age", "vat"),
    ]
)
_AT_LEAST = 2
_SHARE = 0.6


@page_rule(
    "form.nameless-fields",
    Family.FORM,
    1.8,
    categories=(Category.PHISHING,),
    vi="Ô nhập không có chữ, tên ô bị cắt cụt để máy không đọc được: {fields}.",
    en="Fields without words, their names cut short so that no machine reads them: {fields}.",
)
def nameless_fields(page: PageReading) -> Finding | None:
    if page.is_at_home or not (page.takes_credentials or page.takes_identity):
        return None
    for form in page.facts.forms:
        typed = [entry for entry in form.fields if entry.type in _TYPED and entry.name]
        bare = [entry.name for entry in typed if not any(map(str.isalpha, entry.label)) and _is_cut(entry.name)]
        if len(bare) >= _AT_LEAST and len(bare) >= _SHARE * len(typed):
            shown = ", ".join(bare[:8])
            return Finding(shown, words={"fields": shown})
    return None


def _is_cut(name: str) -> bool:
    lower = name.lower()
    return lower not in _ORDINARY and (len(lower) <= 2 or (len(lower) <= 4 and not set("aeiouy") & set(lower[1:])))
