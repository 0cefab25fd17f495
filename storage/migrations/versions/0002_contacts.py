"""What people decided about contacts, and the contacts that wait for a decision."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "contact_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("value", sa.String(500), nullable=False),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_confirmation")),
    )
    op.create_index("ix_contact_confirmation_recipient", "contact_confirmation", ["recipient_id", "id"], unique=False)
    op.create_table(
        "learnt_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("value", sa.String(500), nullable=False),
        sa.Column("source", sa.String(1000), nullable=False),
        sa.Column("artifact", sa.String(64), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learnt_contact")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject",
            "channel",
            "value",
            name=op.f("uq_learnt_contact_subject_kind_subject_channel_value"),
        ),
    )
    op.create_index(op.f("ix_learnt_contact_state"), "learnt_contact", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("learnt_contact")
    op.drop_table("contact_confirmation")
