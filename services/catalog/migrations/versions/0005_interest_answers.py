"""Answers of interest tests: which tracks a person rated, neutral ones included, which are no opinion."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "interest_answers",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("track", sa.Uuid(), primary_key=True),
        sa.Column("value", sa.SmallInteger(), nullable=False, comment="1 like, 0 neutral, -1 dislike"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drops it: running tests begin anew."""
    op.drop_table("interest_answers")
