"""The codes of erased requests' letters, and mails that cite one."""

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "erased_code",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["record_request.id"], name=op.f("fk_erased_code_request_id_record_request")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_erased_code")),
    )
    op.create_index(op.f("ix_erased_code_request_id"), "erased_code", ["request_id"])
    with op.batch_alter_table("record_mail") as table:
        table.alter_column("ask_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM record_mail WHERE ask_id IS NULL")
    with op.batch_alter_table("record_mail") as table:
        table.alter_column("ask_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("erased_code")
