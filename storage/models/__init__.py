"""The tables, one family a file."""

from storage.models.assessment import Assessment
from storage.models.audit_entry import AuditEntry
from storage.models.case import Case, CaseEvent
from storage.models.contact import ContactConfirmation, LearntContact
from storage.models.domain_record import DomainRecord
from storage.models.observation import Observation, ObservationFile
from storage.models.target import Target

__all__ = [
    "Assessment",
    "AuditEntry",
    "Case",
    "CaseEvent",
    "ContactConfirmation",
    "DomainRecord",
    "LearntContact",
    "Observation",
    "ObservationFile",
    "Target",
]
