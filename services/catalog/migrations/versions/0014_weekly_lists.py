"""Weekly lists: one row a person, whose contents each week replaces."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "weekly_lists",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("week", sa.Date(), comment="the Monday of the lists; null = none made yet"),
        sa.Column("made_at", MOMENT),
        sa.Column("release", sa.String(), comment="the release that they were made of"),
        sa.Column("lists", sa.JSON(none_as_null=True), comment="tracks and reasons by the key of the list"),
        sa.Column("claimed_until", sa.Double(), comment="seconds since 1970"),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("weekly_lists")
