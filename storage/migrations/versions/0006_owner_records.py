"""Owner-record requests, what they are about, whom they made us ask, and the answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("document_number", sa.String(100), nullable=False),
        sa.Column("document_date", sa.String(10), nullable=False),
        sa.Column("agency", sa.String(300), nullable=False),
        sa.Column("unit", sa.String(300), nullable=False),
        sa.Column("case_number", sa.String(100), nullable=False),
        sa.Column("legal", _JSON, nullable=False),
        sa.Column("urgency", sa.String(16), nullable=False),
        sa.Column("open_key", sa.String(64), nullable=True),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("files", _JSON, nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_request")),
        sa.UniqueConstraint("open_key", name=op.f("uq_record_request_open_key")),
    )
    op.create_index(op.f("ix_record_request_document_number"), "record_request", ["document_number"], unique=False)
    op.create_index("ix_record_request_due", "record_request", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_record_request_ended_at"), "record_request", ["ended_at"], unique=False)
    op.create_index(op.f("ix_record_request_made_by"), "record_request", ["made_by"], unique=False)
    op.create_table(
        "record_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["record_request.id"], name=op.f("fk_record_item_request_id_record_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_item")),
        sa.UniqueConstraint("request_id", "kind", "value", name=op.f("uq_record_item_request_id_kind_value")),
    )
    op.create_index("ix_record_item_value", "record_item", ["kind", "value"], unique=False)
    op.create_table(
        "record_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("recipient_id", sa.String(64), nullable=False),
        sa.Column("recipient_name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("items", _JSON, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("files", _JSON, nullable=False),
        sa.Column("prepared_by", sa.String(100), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(100), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.String(300), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["record_request.id"], name=op.f("fk_record_ask_request_id_record_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_ask")),
        sa.UniqueConstraint(
            "request_id", "kind", "recipient_id", name=op.f("uq_record_ask_request_id_kind_recipient_id")
        ),
        sa.UniqueConstraint("token", name=op.f("uq_record_ask_token")),
    )
    op.create_index("ix_record_ask_due_at", "record_ask", ["due_at"], unique=False)
    op.create_index(op.f("ix_record_ask_request_id"), "record_ask", ["request_id"], unique=False)
    op.create_table(
        "record_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("files", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["record_request.id"], name=op.f("fk_record_answer_request_id_record_request")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["record_item.id"], name=op.f("fk_record_answer_item_id_record_item")),
        sa.ForeignKeyConstraint(["ask_id"], ["record_ask.id"], name=op.f("fk_record_answer_ask_id_record_ask")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_answer")),
    )
    op.create_index(op.f("ix_record_answer_item_id"), "record_answer", ["item_id"], unique=False)
    op.create_index(op.f("ix_record_answer_request_id"), "record_answer", ["request_id"], unique=False)


def downgrade() -> None:
    for table in ("record_answer", "record_ask", "record_item", "record_request"):
        op.drop_table(table)
