"""What enters a score's sum beside its signals; of assessments from before nothing is known but the difference."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    op.add_column("assessment", sa.Column("adjustments", kind, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("assessment", "adjustments")
