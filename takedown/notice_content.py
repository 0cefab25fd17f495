"""Gathers what a notice to one recipient says, from the case, the plan's step and the evidence store."""

import io
from datetime import datetime

from takedown.categories import category_name
from takedown.inert import inert
from takedown.offices.model import Act, Agency, Offices
from takedown.reports.check_code import check_code, printable_url
from takedown.reports.content import VIETNAM, NoticeContent, Reason, UrlEvidence, shown_instant
from takedown.reports.letter import Picture
from takedown.routing import Step, is_vietnamese
from takedown.situation import Capture, Situation

MAX_PICTURES = 4
MAX_PICTURE_HEIGHT = 2400  # of a full-page picture: the top says what is sold
_WIDTH = 900
_MAX_PIXELS = 60_000_000


def build_content(
    situation: Situation,
    step: Step,
    *,
    agency: Agency,
    offices: Offices,
    token: str,
    now: datetime,
    urgent: bool = False,
    pictures: tuple[Picture, ...] = (),
    kind: str = "first",
    round_number: int = 0,
    history: tuple[str, ...] = (),
    urls: tuple[str, ...] | None = None,
) -> NoticeContent:
    """The content; only addresses whose site has evidence are named."""
    case, assessment = situation.case, situation.assessment
    on = now.astimezone(VIETNAM).date()
    signer = offices.signer(agency.signer, on)
    signals = assessment.signals if assessment is not None else []
    against = sorted((entry for entry in signals if float(entry["points"]) > 0), key=lambda entry: -entry["points"])
    assert case.id is not None
    return NoticeContent(
        case_id=case.id,
        token=token,
        act=step.act,
        role=step.role,
        recipient=step.recipient.name,
        superior=agency.superior,
        agency=agency.name,
        agency_called=agency.called,
        agency_en=agency.name_en,
        symbol=agency.symbol,
        place=agency.place,
        signer=signer.lines if signer is not None else (),
        filing=agency.filing,
        contact=agency.contact,
        category_vi=category_name(case.category or "other", "vi"),
        category_en=category_name(case.category or "other", "en"),
        legal=tuple(entry.cited for entry in step.legal),
        urls=tuple(evidence_of(situation, step.urls if urls is None else urls)),
        reasons=tuple(Reason(inert(entry["message_vi"]), inert(entry["message_en"])) for entry in against[:8]),
        written_at=now,
        why_vi=step.why_vi,
        why_en=step.why_en,
        hours=int(step.clock.total_seconds() // 3600) if step.binding else None,
        urgent=urgent and step.act is Act.REQUIRE,
        foreign=not is_vietnamese(step.recipient),
        accounts=situation.money.accounts if step.role == "bank" else (),
        phones=situation.money.phones if step.role == "carrier" else (),
        required=step.recipient.required,
        kind=kind,
        round=round_number,
        history=history,
        pictures=pictures,
    )


def evidence_of(situation: Situation, urls: tuple[str, ...]) -> list[UrlEvidence]:
    """Each address with its newest capture; the address where the page was seen, not one that led there."""
    found: dict[str, UrlEvidence] = {}
    for site in situation.sites:
        capture = situation.captures.get(site.host)
        if capture is None or site.url not in urls:
            continue
        url = printable_url(capture.url)
        vantage = capture.recipe.get("vantage") or {}
        found[url] = UrlEvidence(
            url=url,
            host=site.host,
            code=check_code(url),
            seen_at=capture.seen_at,
            vantage=capture.vantage,
            status=capture.status,
            manifest_digest=capture.manifest_digest,
            observation_id=capture.observation_id,
            title=inert(capture.title),
            user_agent=inert(vantage.get("user_agent") or ""),
            referrer=inert(vantage.get("referrer") or ""),
            locale=inert(vantage.get("locale") or ""),
        )
    return list(found.values())


def picture_of(capture: Capture, data: bytes) -> Picture | None:
    """The captured picture, encoded anew and no longer than a page; None where it is no picture."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            height = min(image.height, int(MAX_PICTURE_HEIGHT * image.width / _WIDTH))
            shown = image.convert("RGB").crop((0, 0, image.width, height))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    shown.thumbnail((_WIDTH, MAX_PICTURE_HEIGHT))
    encoded = io.BytesIO()
    shown.save(encoded, "JPEG", quality=80)
    caption = f"{printable_url(capture.url)}, {shown_instant(capture.seen_at)}, {capture.vantage}"
    return Picture(caption, encoded.getvalue())
