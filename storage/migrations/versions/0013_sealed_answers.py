"""What registries answered is sealed under a key of its record; first sights in certificate logs are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("domain_record", sa.Column("sealed", _JSON, nullable=False, server_default="[]"))
    op.add_column("domain_record", sa.Column("key_id", sa.String(32), nullable=False, server_default=""))
    op.add_column("domain_record", sa.Column("wrapped_key", sa.LargeBinary(), nullable=True))
    op.create_table(
        "log_sighting",
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_log_sighting")),
    )


def downgrade() -> None:
    op.drop_table("log_sighting")
    for column in ("wrapped_key", "key_id", "sealed"):
        op.drop_column("domain_record", column)
