"""Table of older ids: ids that a track had in an earlier release, and other ids of the same track.

Separate from `aliases`, whose values are text (MBID, ISRC): these are joined with feedback recorded under older ids.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "id_aliases",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("id_aliases_by_track", "id_aliases", ["track_id"])


def downgrade() -> None:
    """Drops the table: feedback recorded under older ids then belongs to those ids only."""
    op.drop_table("id_aliases")
