"""The first tables, and the guard that keeps the audit log append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_GENESIS = "0" * 64


def upgrade() -> None:
    _make_audit_entry()
    _make_domain_record()
    _make_target()
    _make_assessment()
    _make_case()
    _make_observation()
    _make_case_event()
    _make_observation_file()
    _guard_audit_log(op.get_bind().dialect.name)


def downgrade() -> None:
    raise NotImplementedError("the first revision holds the audit log: it is never taken away")


def _make_audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_entry_digest")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_entry_previous")),
    )


def _make_domain_record() -> None:
    op.create_table(
        "domain_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("lookups", _JSON, nullable=False),
        sa.Column("raw", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_record")),
    )
    op.create_index("ix_domain_record_domain", "domain_record", ["domain", "looked_up_at"], unique=False)


def _make_target() -> None:
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.String(160), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("last_outcome", sa.String(32), nullable=False),
        sa.Column("last_reason", sa.String(1000), nullable=False),
        sa.Column("last_level", sa.String(32), nullable=False),
        sa.Column("last_visit_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("url", "purpose", name=op.f("uq_target_url_purpose")),
    )
    op.create_index(
        "ix_target_batch", "target", ["batch", "purpose", sa.desc("priority"), "due_at", "id"], unique=False
    )
    op.create_index(op.f("ix_target_domain"), "target", ["domain"], unique=False)
    op.create_index("ix_target_due", "target", ["purpose", sa.desc("priority"), "due_at", "id"], unique=False)
    op.create_index(op.f("ix_target_host"), "target", ["host"], unique=False)
    op.create_index("ix_target_lease", "target", ["lease_until", "domain"], unique=False)


def _make_assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(4000), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("categories", _JSON, nullable=False),
        sa.Column("signals", _JSON, nullable=False),
        sa.Column("deciding_url", sa.String(4000), nullable=False),
        sa.Column("deciding_vantage", sa.String(32), nullable=False),
        sa.Column("capped", sa.String(500), nullable=False),
        sa.Column("rule_set", sa.String(64), nullable=False),
        sa.Column("differences", _JSON, nullable=False),
        sa.Column("domain_record_id", sa.Integer(), nullable=True),
        sa.Column("rescored_from", sa.Integer(), nullable=True),
        sa.Column("protected", sa.String(500), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["domain_record_id"], ["domain_record.id"], name=op.f("fk_assessment_domain_record_id_domain_record")
        ),
        sa.ForeignKeyConstraint(
            ["rescored_from"], ["assessment.id"], name=op.f("fk_assessment_rescored_from_assessment")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_assessment_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index("ix_assessment_domain", "assessment", ["domain", "assessed_at"], unique=False)
    op.create_index(op.f("ix_assessment_host"), "assessment", ["host"], unique=False)
    op.create_index(op.f("ix_assessment_level"), "assessment", ["level"], unique=False)
    op.create_index(op.f("ix_assessment_taken_in_at"), "assessment", ["taken_in_at"], unique=False)
    op.create_index(op.f("ix_assessment_target_id"), "assessment", ["target_id"], unique=False)


def _make_case() -> None:
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("url", sa.String(4000), nullable=False),
        sa.Column("open_key", sa.String(255), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_case_assessment_id_assessment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    op.create_index(op.f("ix_case_domain"), "case", ["domain"], unique=False)
    op.create_index(op.f("ix_case_host"), "case", ["host"], unique=False)
    op.create_index(op.f("ix_case_state"), "case", ["state"], unique=False)
    op.create_index("uq_case_open", "case", ["open_key"], unique=True, postgresql_where=sa.text("open_key IS NOT NULL"))


def _make_observation() -> None:
    op.create_table(
        "observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(4000), nullable=False),
        sa.Column("final_url", sa.String(4000), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("vantage", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("manifest_digest", sa.String(64), nullable=False),
        sa.Column("timestamp_state", sa.String(32), nullable=False),
        sa.Column("timestamp_digest", sa.String(64), nullable=False),
        sa.Column("timestamp_reason", sa.String(1000), nullable=False),
        sa.Column("recipe", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_observation_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_observation_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
    )
    op.create_index(op.f("ix_observation_assessment_id"), "observation", ["assessment_id"], unique=False)
    op.create_index("ix_observation_domain", "observation", ["domain", "observed_at"], unique=False)
    op.create_index(op.f("ix_observation_manifest_digest"), "observation", ["manifest_digest"], unique=False)
    op.create_index(op.f("ix_observation_target_id"), "observation", ["target_id"], unique=False)
    op.create_index(op.f("ix_observation_timestamp_state"), "observation", ["timestamp_state"], unique=False)


def _make_case_event() -> None:
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"], unique=False)


def _make_observation_file() -> None:
    op.create_table(
        "observation_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("observation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_observation_file_observation_id_observation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_file")),
        sa.UniqueConstraint("observation_id", "name", name=op.f("uq_observation_file_observation_id_name")),
    )
    op.create_index(op.f("ix_observation_file_digest"), "observation_file", ["digest"], unique=False)
    op.create_index(op.f("ix_observation_file_observation_id"), "observation_file", ["observation_id"], unique=False)


def _guard_audit_log(dialect: str) -> None:
    for statement in _GUARD_POSTGRESQL if dialect == "postgresql" else _GUARD_SQLITE:
        op.execute(sa.text(statement.replace("GENESIS", _GENESIS)))


# Insertion is guarded as well: SQLite's REPLACE deletes a row without firing its DELETE trigger, and a writer that
# skips the lock must not be able to leave a gap.
_GUARD_SQLITE = (
    """
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_entry_follows BEFORE INSERT ON audit_entry
    WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_entry)
      OR NEW.previous <> coalesce((SELECT digest FROM audit_entry ORDER BY sequence DESC LIMIT 1), 'GENESIS')
      OR EXISTS (SELECT 1 FROM audit_entry WHERE digest = NEW.digest)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only: an entry must follow its head'); END
    """,
)

_GUARD_POSTGRESQL = (
    """
    CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()
    """,
    """
    CREATE FUNCTION audit_entry_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE head audit_entry%ROWTYPE;
    BEGIN
      SELECT * INTO head FROM audit_entry ORDER BY sequence DESC LIMIT 1;
      IF NEW.sequence <> coalesce(head.sequence, 0) + 1 OR NEW.previous <> coalesce(head.digest, 'GENESIS') THEN
        RAISE EXCEPTION 'the audit log is append-only: an entry must follow its head';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_follows BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_follow()
    """,
)
