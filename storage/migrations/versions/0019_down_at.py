"""When a case was first proven down stands beside it, and the desk's counts and one's own cases are read by index."""

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | None = None
depends_on: str | None = None

_FIRST_DOWN = """
UPDATE "case" SET down_at = found.at FROM (
    SELECT case_id, MIN(at) AS at FROM case_event WHERE kind = 'transition' AND {to} = 'down' GROUP BY case_id
) AS found WHERE found.case_id = "case".id
"""
_TOLD = ["kind", "state", "recipient_id", "case_id", "sent_at", "due_at", "answered_at"]


def upgrade() -> None:
    op.add_column("case", sa.Column("down_at", sa.DateTime(timezone=True), nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(_FIRST_DOWN.format(to="json_extract(detail, '$.to')" if sqlite else "detail ->> 'to'"))
    op.drop_index("ix_case_assignee", "case")
    op.create_index("ix_case_assignee", "case", ["assignee", "state", "level", "points", "opened_at", "id"])
    op.create_index("ix_case_down_at", "case", ["down_at"])
    op.create_index("ix_case_lives", "case", ["state", "category", "opened_at", "down_at"])
    op.drop_index("ix_notice_due", "notice")
    op.create_index("ix_notice_due", "notice", ["state", "due_at", "kind"])
    op.create_index("ix_notice_told", "notice", _TOLD)
    op.create_index("ix_assessment_assessed_at", "assessment", ["assessed_at"])
    op.drop_index("ix_assessment_level", "assessment")
    op.create_index("ix_assessment_level", "assessment", ["level", "assessed_at"])
    op.create_index("ix_observation_observed_at", "observation", ["observed_at"])


def downgrade() -> None:
    op.drop_index("ix_observation_observed_at", "observation")
    op.drop_index("ix_assessment_level", "assessment")
    op.create_index("ix_assessment_level", "assessment", ["level"])
    op.drop_index("ix_assessment_assessed_at", "assessment")
    op.drop_index("ix_notice_told", "notice")
    op.drop_index("ix_notice_due", "notice")
    op.create_index("ix_notice_due", "notice", ["state", "due_at"])
    op.drop_index("ix_case_lives", "case")
    op.drop_index("ix_case_down_at", "case")
    op.drop_index("ix_case_assignee", "case")
    op.create_index("ix_case_assignee", "case", ["assignee", "state"])
    op.drop_column("case", "down_at")
