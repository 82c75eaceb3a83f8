"""Weekly lists of the weeks before: a row for each person and week."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "earlier_weeks",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("week", sa.Date(), primary_key=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("lists", sa.JSON(none_as_null=True), nullable=False),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("earlier_weeks")
