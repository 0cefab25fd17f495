"""The tables, one family a file."""

from storage.models.api import ApiAnswer, ApiToken
from storage.models.appeal import Appeal, Publication, Withdrawal, WithdrawalStep
from storage.models.assessment import Assessment
from storage.models.audit_entry import AuditEntry
from storage.models.campaign import CampaignLink
from storage.models.case import Case, CaseEvent, CaseIndicator, CaseOpinion, CaseSite
from storage.models.contact import ContactConfirmation, LearntContact
from storage.models.domain_record import DomainRecord, OwnerKey
from storage.models.goods import Catalogue, CatalogueGoods
from storage.models.lookup import BulkItem, DomainChange, DomainLink, KeptAnswer, LogSighting, LookupDue, ServerTurn
from storage.models.notice import Notice, NoticeUrl, OutboxMail, Reply
from storage.models.observation import Observation, ObservationFile
from storage.models.office_row import OfficeRow
from storage.models.record_request import ErasedCode, RecordAnswer, RecordAsk, RecordItem, RecordMail, RecordRequest
from storage.models.search import CaseWords, SearchForm
from storage.models.staff import Staff, StaffIdentity
from storage.models.target import Target
from storage.models.verification import Verification, Watch
from storage.models.web import SavedView, WebSession

__all__ = [
    "ApiAnswer",
    "ApiToken",
    "Appeal",
    "Assessment",
    "AuditEntry",
    "BulkItem",
    "CampaignLink",
    "Case",
    "CaseEvent",
    "CaseIndicator",
    "CaseOpinion",
    "CaseSite",
    "CaseWords",
    "Catalogue",
    "CatalogueGoods",
    "ContactConfirmation",
    "DomainChange",
    "DomainLink",
    "DomainRecord",
    "ErasedCode",
    "KeptAnswer",
    "LearntContact",
    "LogSighting",
    "LookupDue",
    "Notice",
    "NoticeUrl",
    "Observation",
    "ObservationFile",
    "OfficeRow",
    "OutboxMail",
    "OwnerKey",
    "Publication",
    "RecordAnswer",
    "RecordAsk",
    "RecordItem",
    "RecordMail",
    "RecordRequest",
    "Reply",
    "SavedView",
    "SearchForm",
    "ServerTurn",
    "Staff",
    "StaffIdentity",
    "Target",
    "Verification",
    "Watch",
    "WebSession",
    "Withdrawal",
    "WithdrawalStep",
]
