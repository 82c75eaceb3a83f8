"""What each import brought, so that one can be taken back; rows left out by hand; indexes of a person's events.

`feedback_by_person` is for whatever reads one person's events in order: the export, and an import that is undone.
`feedback_by_track` finds whether anybody has a track, before a track that only an import brought is deleted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the tables, the column and the indexes."""
    op.create_table(
        "import_repeats",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("imports.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("events", sa.LargeBinary(), nullable=False, comment="ids of events, 16 bytes each"),
        sqlite_autoincrement=True,
    )
    op.create_index("import_repeats_of_import", "import_repeats", ["import_id", "number"])
    op.create_index("import_repeats_by_person", "import_repeats", ["person", "number"])
    op.create_table(
        "import_entries",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("playlist", sa.Uuid(), primary_key=True),
        sa.Column("track", sa.Uuid(), primary_key=True),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), comment="when it added the track, null = it was there"),
    )
    op.create_index("import_entries_by_playlist", "import_entries", ["person", "playlist"])
    op.add_column("unmatched", sa.Column("left_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("feedback_by_person", "feedback", ["person", "number"])
    op.create_index("feedback_by_track", "feedback", ["track"])


def downgrade() -> None:
    """Drops them: imports can no longer be taken back."""
    op.drop_index("feedback_by_track", "feedback")
    op.drop_index("feedback_by_person", "feedback")
    op.drop_column("unmatched", "left_out")
    op.drop_table("import_entries")
    op.drop_table("import_repeats")
