"""The plan of a case as it is answered: findings of the guards, steps in the order of telling."""

from datetime import datetime

from pydantic import BaseModel

from takedown.api.calls import Row
from takedown.drafting import Planned


class GuardFinding(Row):
    """``effect``: refuse, wait, narrow or warn."""

    rule: str
    effect: str
    message_vi: str
    message_en: str


class PlanBasis(BaseModel):
    id: str
    citation: str


class PlanStep(BaseModel):
    """``clock``: hours; ``problem``: why nothing can be sent there yet, or ""; ``due``: whether its turn has come."""

    role: str
    recipient_id: str
    recipient_name: str
    act: str
    channel: str | None
    address: str
    legal: list[PlanBasis]
    clock: float
    binding: bool
    urls: list[str]
    why_vi: str
    why_en: str
    problem: str
    already: bool
    due: bool
    until: datetime | None


class Plan(BaseModel):
    """``unknown``: what nobody answers for, in words."""

    findings: list[GuardFinding]
    steps: list[PlanStep]
    unknown: list[str]


def plan_of(planned: Planned) -> Plan:
    """The plan with who has a live notice already and whose turn it is."""
    steps = []
    for step in planned.plan.steps:
        turn, channel = planned.turns.get(step.recipient.id), step.channel
        steps.append(
            PlanStep(
                role=step.role,
                recipient_id=step.recipient.id,
                recipient_name=step.recipient.name,
                act=step.act,
                channel=channel.kind if channel is not None else None,
                address=channel.value if channel is not None else "",
                legal=[PlanBasis(id=entry.id, citation=entry.citation) for entry in step.legal],
                clock=step.clock.total_seconds() / 3600,
                binding=step.binding,
                urls=list(step.urls),
                why_vi=step.why_vi,
                why_en=step.why_en,
                problem=step.problem,
                already=step.recipient.id in planned.already,
                due=turn.due if turn is not None else True,
                until=turn.until if turn is not None else None,
            )
        )
    findings = [GuardFinding.model_validate(entry) for entry in planned.findings]
    return Plan(findings=findings, steps=steps, unknown=list(planned.plan.unknown))
