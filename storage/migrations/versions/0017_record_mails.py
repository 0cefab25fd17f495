"""Mailed answers to owner-record requests, sealed with the request that they belong to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("message_key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("files", _JSON, nullable=False),
        sa.Column("answers", _JSON, nullable=False),
        sa.Column("decided_by", sa.String(100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["record_request.id"], name=op.f("fk_record_mail_request_id_record_request")
        ),
        sa.ForeignKeyConstraint(["ask_id"], ["record_ask.id"], name=op.f("fk_record_mail_ask_id_record_ask")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_mail")),
        sa.UniqueConstraint("message_key", name=op.f("uq_record_mail_message_key")),
    )
    op.create_index(op.f("ix_record_mail_request_id"), "record_mail", ["request_id"])
    op.create_index("ix_record_mail_state", "record_mail", ["state"])


def downgrade() -> None:
    op.drop_table("record_mail")
