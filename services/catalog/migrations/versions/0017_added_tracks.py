"""Tracks that people brought: whose they are, and which of them only their person sees."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Creates the table, the columns and their indexes. Which person brought an earlier track is not known."""
    op.add_column("tracks", sa.Column("owner", sa.Uuid(), comment="who alone sees the track, null = everybody"))
    op.create_index("tracks_by_owner", "tracks", ["owner"], sqlite_where=OWNED, postgresql_where=OWNED)
    op.create_table(
        "added_tracks",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("track", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("added_tracks_by_track", "added_tracks", ["track"])
    op.add_column("imports", sa.Column("add_unknown", sa.Boolean(), nullable=False, server_default=sa.false()))


OWNED = sa.text("owner IS NOT NULL")


def downgrade() -> None:
    """Drops them, with the tracks that only their person sees."""
    op.execute("DELETE FROM tracks WHERE owner IS NOT NULL")
    op.drop_column("imports", "add_unknown")
    op.drop_table("added_tracks")
    op.drop_index("tracks_by_owner", "tracks")
    op.drop_column("tracks", "owner")
