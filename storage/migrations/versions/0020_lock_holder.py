"""What a person has open is read by index too: without a third column SQLite sifted it out of everybody's cases."""

from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.drop_index("ix_case_lock_holder", "case")
    op.create_index("ix_case_lock_holder", "case", ["lock_holder", "state", "level", "points", "opened_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_case_lock_holder", "case")
    op.create_index("ix_case_lock_holder", "case", ["lock_holder", "state"])
