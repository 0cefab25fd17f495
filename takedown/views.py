"""What a reader sees of a case: frozen values, cut loose from the database."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignalView:
    """One reason with the words that gave it."""

    rule: str
    family: str
    points: float
    message_vi: str
    message_en: str
    excerpt: str = ""
    page_url: str = ""
    vantage: str = ""

    def message(self, language: str = "vi") -> str:
        """The reason in ``vi`` (default) or ``en``."""
        return self.message_en if language == "en" else self.message_vi


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the queue. ``reasons``: the weightiest signals against the site, the heaviest first."""

    id: int
    host: str
    url: str
    state: str
    level: str
    points: float
    category: str
    title: str
    opened_at: datetime
    updated_at: datetime
    reasons: tuple[SignalView, ...] = ()


@dataclass(frozen=True, slots=True)
class AdjustmentView:
    """What enters the sum beside the signals."""

    points: float
    message_vi: str
    message_en: str

    def message(self, language: str) -> str:
        """In ``vi`` or ``en``."""
        return self.message_en if language == "en" else self.message_vi


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The assessment that a case stands on: ``points`` is the sum of ``signals`` and ``adjustments``."""

    assessment_id: int
    assessed_at: datetime
    level: str
    points: float
    probability: float
    categories: tuple[tuple[str, float], ...]
    signals: tuple[SignalView, ...]
    adjustments: tuple[AdjustmentView, ...]
    deciding_url: str
    deciding_vantage: str
    capped: str
    rule_set: str
    protected: str


@dataclass(frozen=True, slots=True)
class FileView:
    """One sealed file; ``size`` in bytes."""

    name: str
    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One visit. ``files`` is empty where only the digest was kept; ``timestamp``: stamped, pending, off or ""."""

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
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupView:
    """How one question about the domain ended."""

    service: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DomainView:
    """What registries answered; an empty field was not answered, never «none»."""

    domain: str
    looked_up_at: datetime
    registrar: str = ""
    registered_at: str = ""
    nameservers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    lookups: tuple[LookupView, ...] = ()


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the history; ``detail`` as pairs of words."""

    at: datetime
    kind: str
    actor: str
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything that a reviewer needs; ``score`` is None where its assessment is gone.

    ``evidence``: every visit of the host, the newest first, at most 500; ``evidence_left_off``: how many more.
    """

    row: CaseRow
    score: ScoreView | None
    domain: DomainView | None
    evidence: tuple[EvidenceView, ...]
    history: tuple[EventView, ...]
    evidence_left_off: int = 0
