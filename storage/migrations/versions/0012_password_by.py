"""Who set a password, where that was somebody else."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("password_by", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("staff", "password_by")
