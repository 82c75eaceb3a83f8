"""Playlists of people, and their tracks by position."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "playlists",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="rises with every change; the ETag"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_index("playlists_by_person", "playlists", ["person", "id"])
    op.create_table(
        "playlist_tracks",
        sa.Column("playlist", sa.Uuid(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("track", sa.Uuid(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
    )
    op.create_index("playlist_tracks_by_person", "playlist_tracks", ["person", "track"])


def downgrade() -> None:
    """Drops them with all playlists."""
    op.drop_table("playlist_tracks")
    op.drop_table("playlists")
