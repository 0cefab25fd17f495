"""Owners are known again by a keyed mark beside the record; the key of all marks."""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("domain_record", sa.Column("owner_mark", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "owner_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_key")),
    )


def downgrade() -> None:
    op.drop_table("owner_key")
    op.drop_column("domain_record", "owner_mark")
