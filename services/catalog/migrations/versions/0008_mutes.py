"""Mutes: artists, genres and types of versions that a person never wants to hear."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "mutes",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True, comment="artist, genre or version"),
        sa.Column("value", sa.String(), primary_key=True, comment="artist id, kit.genres.genre_key, version type"),
        sa.Column("name", sa.String(), nullable=False, comment="as people read it"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drops it: nothing is muted."""
    op.drop_table("mutes")
