"""An index for a person's plays by when they happened: pages of the play history."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

PLAYS = sa.text("kind = 'play'")


def upgrade() -> None:
    """Creates the index: a page reads its plays, not the log."""
    op.create_index(
        "feedback_plays", "feedback", ["person", "at", "number"], sqlite_where=PLAYS, postgresql_where=PLAYS
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_index("feedback_plays", "feedback")
