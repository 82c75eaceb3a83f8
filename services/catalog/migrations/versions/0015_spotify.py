"""What is read from a person's Spotify account: for display and mapping of ids, never a part of the catalogue."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "spotify_syncs",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("generation", sa.Uuid(), nullable=False, comment="a sync of an older link writes nothing"),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("synced_at", MOMENT),
        sa.Column("unchanged", sa.Integer(), nullable=False, comment="playlists that the last sync skipped"),
    )
    op.create_index("spotify_syncs_by_due", "spotify_syncs", ["due_at"])
    op.create_table(
        "spotify_tracks",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("section", sa.String(), primary_key=True, comment="liked, top, recent, or playlist:ID"),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("spotify_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("artists", sa.JSON(), nullable=False),
        sa.Column("album", sa.String(), nullable=False),
        sa.Column("track", sa.Uuid(), comment="the track of the catalogue that it certainly is"),
        sa.Column("at", MOMENT),
    )
    op.create_table(
        "spotify_playlists",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("tracks", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Drops them with everything that was read."""
    for table in ("spotify_playlists", "spotify_tracks", "spotify_syncs"):
        op.drop_table(table)
