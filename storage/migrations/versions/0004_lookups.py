"""What look-ups leave behind: links between sites, changes, kept answers, turns at servers, lists under way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "domain_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_link")),
        sa.UniqueConstraint("kind", "value", "domain", name=op.f("uq_domain_link_kind_value_domain")),
    )
    op.create_index(op.f("ix_domain_link_domain"), "domain_link", ["domain"], unique=False)
    op.create_table(
        "kept_answer",
        sa.Column("key", sa.String(500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept_answer")),
    )
    op.create_index(op.f("ix_kept_answer_expires_at"), "kept_answer", ["expires_at"], unique=False)
    op.create_table(
        "server_turn",
        sa.Column("server", sa.String(255), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("server", name=op.f("pk_server_turn")),
    )
    op.create_table(
        "bulk_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["domain_record.id"], name=op.f("fk_bulk_item_record_id_domain_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_item")),
        sa.UniqueConstraint("batch", "host", name=op.f("uq_bulk_item_batch_host")),
    )
    op.create_index("ix_bulk_item_waiting", "bulk_item", ["batch", "state", "due_at"], unique=False)
    op.create_table(
        "domain_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("before", _JSON, nullable=False),
        sa.Column("after", _JSON, nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_record_id", sa.Integer(), nullable=False),
        sa.Column("new_record_id", sa.Integer(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["new_record_id"], ["domain_record.id"], name=op.f("fk_domain_change_new_record_id_domain_record")
        ),
        sa.ForeignKeyConstraint(
            ["old_record_id"], ["domain_record.id"], name=op.f("fk_domain_change_old_record_id_domain_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_change")),
    )
    op.create_index("ix_domain_change_domain", "domain_change", ["domain", "noticed_at"], unique=False)
    op.create_index(op.f("ix_domain_change_taken_in_at"), "domain_change", ["taken_in_at"], unique=False)


def downgrade() -> None:
    for table in ("domain_change", "bulk_item", "server_turn", "kept_answer", "domain_link"):
        op.drop_table(table)
