"""A queue and a search that stay quick with a hundred thousand cases: their indexes, and what cases are found by."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

# SQLite's index of letter triples keeps no copy of the words: it reads them from the table, which tells it of changes
_REMOVE = "INSERT INTO case_words_fts (case_words_fts, rowid, words) VALUES ('delete', old.case_id, old.words);"
_ADD = "INSERT INTO case_words_fts (rowid, words) VALUES (new.case_id, new.words);"
_OPTIONS = "content='case_words', content_rowid='case_id', tokenize='trigram'"
_SQLITE = (
    f"CREATE VIRTUAL TABLE case_words_fts USING fts5 (words, {_OPTIONS})",
    f"CREATE TRIGGER case_words_added AFTER INSERT ON case_words BEGIN {_ADD} END",
    f"CREATE TRIGGER case_words_removed AFTER DELETE ON case_words BEGIN {_REMOVE} END",
    f"CREATE TRIGGER case_words_changed AFTER UPDATE ON case_words BEGIN {_REMOVE} {_ADD} END",
)
_ORDER = ["level", "points", "opened_at", "id", "due_at"]


def upgrade() -> None:
    _index_case()
    op.add_column("case_indicator", sa.Column("sought", sa.String(255), nullable=False, server_default=""))
    op.create_index("ix_case_indicator_sought", "case_indicator", ["sought", "case_id"])
    op.create_table(
        "case_words",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.String(8000), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_words_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_words")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("an older program would let the words grow stale")


def _index_case() -> None:
    for gone in ("ix_case_queue", "ix_case_queue_state", "ix_case_state", "ix_case_due_at"):
        op.drop_index(gone, "case")
    op.create_index("ix_case_queue", "case", _ORDER)
    op.create_index("ix_case_queue_state", "case", ["state", *_ORDER])
    op.create_index("ix_case_queue_kind", "case", ["category", "state", *_ORDER])
    op.create_index("ix_case_due", "case", ["due_at", "state"])
    op.create_index("ix_case_assignee", "case", ["assignee", "state"])
    op.create_index("ix_case_lock_holder", "case", ["lock_holder", "state"])
    op.create_index("ix_case_opened_at", "case", ["opened_at"])
