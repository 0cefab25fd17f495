"""What a person said of answers that cite no code."""

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("reply") as table:
        table.add_column(sa.Column("state", sa.String(16), nullable=False, server_default="matched"))
        table.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("reason", sa.String(2000), nullable=False, server_default=""))
        table.add_column(sa.Column("decided_by", sa.String(160), nullable=False, server_default=""))
        table.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_reply_case_id_case"), "case", ["case_id"], ["id"])
    op.execute("UPDATE reply SET state = 'unmatched' WHERE notice_id IS NULL")
    op.create_index("ix_reply_state_id", "reply", ["state", "id"])
    op.create_index(op.f("ix_reply_case_id"), "reply", ["case_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_reply_case_id"), "reply")
    op.drop_index("ix_reply_state_id", "reply")
    with op.batch_alter_table("reply") as table:
        table.drop_constraint(op.f("fk_reply_case_id_case"), type_="foreignkey")
        for name in ("decided_at", "decided_by", "reason", "case_id", "state"):
            table.drop_column(name)
