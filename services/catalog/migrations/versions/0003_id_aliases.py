"""Older ids: ids that a track had in an earlier release, and other ids of the same track, each with the track of today.

Beside `aliases`, whose values are text (MBID, ISRC): these are joined with what was said of a track under its older id.
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
    """Drops it: what was said under older ids is said of them alone again."""
    op.drop_table("id_aliases")
