"""Look-alikes of a case that came down are linked to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "campaign_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("later_id", sa.Integer(), nullable=False),
        sa.Column("shared", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_campaign_link_case_id_case")),
        sa.ForeignKeyConstraint(["later_id"], ["case.id"], name=op.f("fk_campaign_link_later_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_link")),
        sa.UniqueConstraint("case_id", "later_id", name=op.f("uq_campaign_link_case_id_later_id")),
    )
    op.create_index(op.f("ix_campaign_link_later_id"), "campaign_link", ["later_id"])


def downgrade() -> None:
    op.drop_table("campaign_link")
