"""Whose hands made or opened an account that no second person has confirmed; those of before count as confirmed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    op.add_column("staff", sa.Column("unconfirmed_by", kind, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("staff", "unconfirmed_by")
