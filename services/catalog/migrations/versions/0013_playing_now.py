"""What people play at this moment: one row for each person, which expires."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "playing_now",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column(
            "names", sa.JSON(), nullable=False, comment="title, artist, album and codes, as the player sent them"
        ),
        sa.Column("track", sa.Uuid(), comment="the track, where it is certain"),
        sa.Column("source", sa.String(), nullable=False, comment="the player"),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False, comment="when the row means nothing any more"),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("playing_now")
