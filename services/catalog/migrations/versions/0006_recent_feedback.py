"""An index for what people liked and played lately, over all people."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LIKED_OR_PLAYED = sa.text("kind IN ('like', 'play')")


def upgrade() -> None:
    """Creates the index: a refresh reads the window, not the log."""
    op.create_index(
        "feedback_lately",
        "feedback",
        ["recorded_at", "person", "track"],
        sqlite_where=LIKED_OR_PLAYED,
        postgresql_where=LIKED_OR_PLAYED,
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_index("feedback_lately", "feedback")
