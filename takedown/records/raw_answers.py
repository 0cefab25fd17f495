"""A registry's raw answer, which may name a person: opened by those who may, for a reason that the audit log keeps."""

from datetime import datetime

from sqlmodel import Session

from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import DomainRecord
from storage.sealed_answers import read_answer
from storage.vault import Vault
from takedown.actor import Actor, Role
from takedown.errors import RecordsError
from takedown.records.dossier import DossierFile

_ENDINGS = {
    "rdap": ("json", "application/json"),
    "contract": ("json", "application/json"),
    "owner": ("json", "application/json"),
}


def open_raw_answer(
    session: Session,
    store: ArtifactStore,
    vault: Vault | None,
    record_id: int,
    service: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> DossierFile:
    """One answer in the clear; in a writing session, since the look is noted.

    Raises RecordsError, NotAllowedError, VaultError where it was erased or the key is not there.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    if not reason.strip():
        raise RecordsError(
            "say why the registry's answer is looked at: --reason",
            "nêu lý do xem câu trả lời của nhà đăng ký: --reason",
        )
    record = session.get(DomainRecord, record_id)
    if record is None:
        raise RecordsError(
            f"there is no look-up {record_id}; `lachan whois history DOMAIN` lists them",
            f"không có lượt tra {record_id}; `lachan whois history TÊN_MIỀN` liệt kê",
        )
    if service not in record.raw:
        there = ", ".join(sorted(record.raw)) or "no answers"
        raise RecordsError(
            f"look-up {record_id} has no answer of «{service[:40]}»; it has {there}",
            f"lượt tra {record_id} không có câu trả lời của «{service[:40]}»; có {there}",
        )
    data = read_answer(store, vault, record, service)
    detail = {"record": record_id, "service": service, "reason": reason}
    record_audit(session, at=now, actor=actor.name, action="domain.answer_opened", subject=record.domain, detail=detail)
    ending, kind = _ENDINGS.get(service.partition("_")[0], ("txt", "application/octet-stream"))
    return DossierFile(f"{record.domain}-{record_id}-{service}.{ending}", data, kind)
