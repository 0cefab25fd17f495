"""Records what an officer looked up by hand at a registry that answers no program: the text and the screenshot."""

import io
from dataclasses import dataclass, replace
from datetime import datetime

from PIL import Image, UnidentifiedImageError
from sqlmodel import Session

from crawler.detection.facts import DomainFacts, Lookup
from crawler.enrichment.answer import Registration
from crawler.enrichment.lookup import Enrichment
from crawler.enrichment.record import record_domain
from crawler.enrichment.registry_paste import Pasted, parse_paste
from crawler.enrichment.statements import statements
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.vault import Vault

SERVICE = "officer"
PASTE_BYTES = 200_000
PICTURE_BYTES = 20_000_000
PICTURE_PIXELS = 60_000_000
FORMATS = frozenset({"PNG", "JPEG", "WEBP"})


class UnusablePictureError(ValueError):
    """The screenshot is no picture that can be kept as evidence."""

    def __init__(self, en: str, vi: str) -> None:
        super().__init__(en)
        self.vi = vi


@dataclass(frozen=True, slots=True)
class Recorded:
    """The row, and the lines of the text that no label explained."""

    record_id: int
    facts: DomainFacts
    unread: tuple[str, ...] = ()


def record_paste(
    session: Session,
    store: ArtifactStore,
    vault: Vault | None,
    *,
    domain: str,
    text: bytes,
    picture: bytes,
    officer: str,
    source: str,
    looked_at: datetime,
    now: datetime,
) -> Recorded:
    """One look-up by hand as a domain record with an audit entry, in the caller's transaction.

    Raises UnreadablePasteError or UnusablePictureError, then nothing was recorded.
    """
    pasted = parse_paste(text.decode("utf-8-sig", "replace"), domain)
    check_picture(picture)
    facts = _facts(pasted, domain, officer, source, looked_at)
    number = record_domain(session, Enrichment(facts, {SERVICE: text, f"{SERVICE}_screenshot": picture}), store, vault)
    detail = {"record": number, "source": source, "state": pasted.state.value, "looked_at": looked_at.isoformat()}
    record_audit(session, at=now, actor=officer, action="domain.looked_up_by_hand", subject=domain, detail=detail)
    return Recorded(number, facts, pasted.unread)


def check_picture(data: bytes) -> None:
    """Raises UnusablePictureError for what is no whole PNG, JPEG or WebP within bounds."""
    if not data or len(data) > PICTURE_BYTES:
        raise UnusablePictureError(
            f"the screenshot has {len(data)} bytes; give one of 1 to {PICTURE_BYTES}",
            f"ảnh chụp có {len(data)} byte; đưa ảnh từ 1 đến {PICTURE_BYTES} byte",
        )
    try:
        with Image.open(io.BytesIO(data), formats=sorted(FORMATS)) as picture:
            if picture.width * picture.height > PICTURE_PIXELS:
                raise UnusablePictureError(
                    f"the screenshot is larger than {PICTURE_PIXELS} pixels; cut it",
                    f"ảnh chụp lớn hơn {PICTURE_PIXELS} điểm ảnh; hãy cắt bớt",
                )
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, UnusablePictureError):
            raise
        raise UnusablePictureError(
            "the screenshot is no PNG, JPEG or WebP picture; save it again as PNG",
            "ảnh chụp không phải PNG, JPEG hay WebP; lưu lại thành PNG",
        ) from error


def _facts(pasted: Pasted, domain: str, officer: str, source: str, looked_at: datetime) -> DomainFacts:
    said: Registration = pasted.registration
    lookup = Lookup(SERVICE, pasted.state, source[:255], f"looked up by {officer}"[:300], looked_at)
    facts = DomainFacts(
        domain=domain,
        host=domain,
        observed_at=looked_at,
        lookups=(lookup,),
        registrar=said.registrar,
        registrant=said.registrant,
        registered_at=said.registered_at,
        expires_at=said.expires_at,
        statuses=said.statuses,
        nameservers=said.nameservers,
    )
    return replace(facts, statements=statements([(lookup, said)], (), lookup))
