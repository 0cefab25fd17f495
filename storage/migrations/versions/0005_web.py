"""Who is signed in at the desk, saved views, and the order of the queue."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

_ORDER = ["level", "points", "opened_at", "id"]


def upgrade() -> None:
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("staff_name", sa.String(64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_session_digest")),
    )
    op.create_index(op.f("ix_web_session_staff_name"), "web_session", ["staff_name"], unique=False)
    op.create_index(op.f("ix_web_session_expires_at"), "web_session", ["expires_at"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_name", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("staff_name", "name", name=op.f("uq_saved_view_staff_name_name")),
    )
    op.create_index(op.f("ix_saved_view_staff_name"), "saved_view", ["staff_name"], unique=False)
    op.create_index("ix_observation_host", "observation", ["host", "observed_at"], unique=False)
    op.create_index("ix_case_queue", "case", _ORDER, unique=False)
    op.create_index("ix_case_queue_state", "case", ["state", *_ORDER], unique=False)


def downgrade() -> None:
    op.drop_index("ix_case_queue_state", table_name="case")
    op.drop_index("ix_case_queue", table_name="case")
    op.drop_index("ix_observation_host", table_name="observation")
    op.drop_table("saved_view")
    op.drop_table("web_session")
