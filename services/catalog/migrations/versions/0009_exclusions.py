"""Exclusions: a track, a playlist, a source or a period whose likes and plays do not count for the taste."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "exclusions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person", sa.Uuid(), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False, comment="track, playlist, source or period"),
        sa.Column("track", sa.Uuid()),
        sa.Column("playlist", sa.Uuid()),
        sa.Column("context", sa.String(), comment="playlist:<id>, as events name the playlist they come from"),
        sa.Column("source", sa.String()),
        sa.Column("since", MOMENT, comment="inclusive; null = from the beginning"),
        sa.Column("until", MOMENT, comment="exclusive; null = without end"),
        sa.Column("created_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Drops it: everything counts again."""
    op.drop_table("exclusions")
