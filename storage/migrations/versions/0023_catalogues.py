"""What shops were seen to sell, as digests."""

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "catalogue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("ties", sa.String(255), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
        sa.UniqueConstraint("host", name=op.f("uq_catalogue_host")),
    )
    op.create_table(
        "catalogue_goods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("catalogue_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(16), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["catalogue_id"], ["catalogue.id"], name=op.f("fk_catalogue_goods_catalogue_id_catalogue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_goods")),
        sa.UniqueConstraint("catalogue_id", "value", name=op.f("uq_catalogue_goods_catalogue_id_value")),
    )
    op.create_index(op.f("ix_catalogue_goods_value"), "catalogue_goods", ["value"])


def downgrade() -> None:
    op.drop_table("catalogue_goods")
    op.drop_table("catalogue")
