"""One XARF v4 report an address, checked by the format's own schema before it leaves."""

import json
from typing import Any

from takedown.errors import NoticeError
from takedown.reports.content import NoticeContent, UrlEvidence

_TYPES = {"phishing": "phishing"}  # of our categories; everything else is fraud
_FRAUD = {
    "investment": "investment",
    "fake_shop": "shopping",
    "job_task": "employment",
    "loan": "advance_fee",
    "government": "government_impersonation",
}


def xarf_reports(content: NoticeContent, *, category: str, reporter: str, domain: str) -> tuple[tuple[str, bytes], ...]:
    """(file name, JSON) for each address. ``reporter``: our mailbox. Raises NoticeError where the schema objects."""
    return tuple(
        (f"xarf-{place}.json", _report(content, entry, category, reporter, domain))
        for place, entry in enumerate(content.urls, start=1)
    )


def _report(content: NoticeContent, entry: UrlEvidence, category: str, reporter: str, domain: str) -> bytes:
    from xarf import create_report

    contact = {"org": content.agency_en, "contact": reporter, "domain": domain}
    kind = _TYPES.get(category, "fraud")
    fields: dict[str, Any] = {
        "url": entry.url,
        "domain": entry.host,
        "verified_at": entry.seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verification_method": "automated_crawler",
        "description": f"{content.category_en} aimed at people in Vietnam. "
        + " ".join(reason.en.rstrip(".") + "." for reason in content.reasons[:5]),
        "tags": [f"lachan:case-{content.case_id}", f"lachan:{content.token.lower()}"],
    }
    if kind == "fraud":
        fields["fraud_type"] = _FRAUD.get(category, "other")
    result = create_report(
        category="content",
        type=kind,
        source_identifier=entry.host,
        reporter=contact,
        sender=contact,
        strict=False,
        **fields,
    )
    if result.report is None or result.errors:
        faults = "; ".join(str(error) for error in result.errors)
        raise NoticeError(
            f"the XARF report for {entry.host} is not valid: {faults[:500]}",
            f"báo cáo XARF về {entry.host} không hợp lệ: {faults[:500]}",
        )
    document = result.report.model_dump(mode="json", by_alias=True, exclude_none=True)
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
